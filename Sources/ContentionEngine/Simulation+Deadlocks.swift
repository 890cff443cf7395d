import SimulationBasics
extension Simulation { mutating func noteDeadlock(victim: TransactionID) {} }
