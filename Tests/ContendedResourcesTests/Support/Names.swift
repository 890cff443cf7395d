import SimulationBasics

let first = RequestID(index: 0)
let second = RequestID(index: 1)
let third = RequestID(index: 2)
let fourth = RequestID(index: 3)

let rowA = RowID(index: 0)
let rowB = RowID(index: 1)
let rowC = RowID(index: 2)

func request(_ index: Int) -> RequestID { RequestID(index: index) }

func transaction(_ index: Int) -> TransactionID { TransactionID(index: index) }
func record(_ index: Int) -> RecordID { RecordID(index: index) }
