import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// The text of `simulate explain`.
@Suite("Listing")
struct ListingTests {
  @Test(
    "shows the balance charge line by line",
    arguments: [("optimistic", optimistic), ("three-layer", threeLayer)])
  func balanceCharge(strategy: String, expected: String) throws {
    let strategy = try #require(Strategy.builtIn.first { $0.name == strategy })
    let listing = ProgramCompiler.compile(Scenarios.charge(), under: strategy).listing()
    let lines = listing.split(separator: "\n", omittingEmptySubsequences: false)
    let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, expectedLine) in zip(lines, expectedLines) { #expect(line == expectedLine) }
    #expect(lines.count == expectedLines.count)
  }
}
