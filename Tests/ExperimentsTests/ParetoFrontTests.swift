import Experiments
import Testing

@Suite("Pareto front")
struct ParetoFrontTests {
  @Test("dominance needs to be no worse in anything and better in something")
  func dominance() {
    #expect(ParetoFront.dominates([1, 1], [1, 2]))
    #expect(!ParetoFront.dominates([1, 1], [1, 1]))
    #expect(!ParetoFront.dominates([1, 3], [2, 2]))
    #expect(!ParetoFront.dominates([1, 2], [1, 1]))
  }
}
