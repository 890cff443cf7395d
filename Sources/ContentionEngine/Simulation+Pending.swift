import RequestPrograms
import ScenarioModel
import SimulationBasics

extension Simulation {
  mutating func takeServer(of pool: Int, for request: RequestID) -> Turn { broken("pending") }
  mutating func releaseServer(of pool: Int, by request: RequestID) { broken("pending") }
  mutating func enterGate(_ gate: Int, for request: RequestID) -> Turn { broken("pending") }
  mutating func leaveGate(_ gate: Int, by request: RequestID) { broken("pending") }
  mutating func choose(_ choice: CompiledChoice, for request: RequestID) { broken("pending") }
  mutating func isOccasion(_ occasion: Int, for request: RequestID) -> Bool { broken("pending") }
  mutating func awaitBarrier(_ barrier: Int, for request: RequestID) -> Turn { broken("pending") }
}
