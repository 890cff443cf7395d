import RequestPrograms
import ScenarioModel
import SimulationBasics

extension Simulation {
  mutating func lockRow(
    in slot: Int, _ mode: LockStep.Mode, _ patience: Int, for request: RequestID
  ) -> Turn { lockRow(requests.row(slot, of: request), for: request) }
  mutating func suspendTransaction(of request: RequestID) { broken("pending") }
  mutating func resumeTransaction(of request: RequestID) { broken("pending") }
  mutating func validate(_ request: RequestID) -> Turn { broken("pending") }
  mutating func lockKey(in table: UInt8, for request: RequestID) -> Turn { broken("pending") }
  mutating func insertKey(
    in table: UInt8, _ ifDuplicate: InsertStep.IfDuplicate, for request: RequestID
  ) -> Turn { insertKey(in: table, for: request) }
}
