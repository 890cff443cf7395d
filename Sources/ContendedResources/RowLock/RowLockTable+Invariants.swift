import SimulationBasics

extension RowLockTable {
  package func checkInvariants() {
  }
}
