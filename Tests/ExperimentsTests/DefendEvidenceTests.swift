import ContentionEngine
import Experiments
import Measurements
import ScenarioModel
import SimulationBasics
import Testing

/// What it is worth that layers kept a promise, of results made up for it.
@Suite("Evidence for layers")
struct DefendEvidenceTests {
  private static let none = DefenceCombination(Defence())
  private static let lock = DefenceCombination(Defence(distributedLock: true))
  private static let key = DefenceCombination(Defence(idempotencyKey: true))
  private static let lockAndKey = DefenceCombination(
    Defence(distributedLock: true, idempotencyKey: true))
  private static let version = DefenceCombination(Defence(writeGuard: .optimistic))
  private static let lockAndVersion = DefenceCombination(
    Defence(writeGuard: .optimistic, distributedLock: true))

  /// How many updates a combination lost, in one run, and how often its lock was entered by two.
  private typealias Made = (combination: DefenceCombination, lost: UInt64, intrusions: UInt64)

  private func section(
    _ rows: [Made], fault: DefendedFault, struck: UInt64 = 1
  ) -> DefenceTable.Section {
    DefenceTable.Section(
      hazard: nil, fault: fault,
      rows: rows.map { made in
        DefenceTable.Row(
          combination: made.combination,
          runs: [
            DefendedRun(
              seed: 1, digest: RunDigest(), fault: nil, struck: struck, intrusions: made.intrusions,
              findings: SafetyPromise.allCases.map {
                SafetyReport.Finding(
                  promise: $0, examined: 100, broken: $0 == .noLostUpdate ? made.lost : 0)
              },
              figures: [1, 1, 1])
          ])
      })
  }

  private let failover = DefendedFault.asWritten(
    .event(.redisFailover(losing: .seconds(1)), FaultMoments(at: .constant(.seconds(5)))))
  private let loss = DefendedFault.asWritten(
    .condition(.responseLoss, FaultOccasions(probability: 0.1)))

  @Test(
    "is weak where only a lock keeps updates apart and the fault opens locks, however many it saw")
  func onlyLock() {
    for intrusions: UInt64 in [0, 7] {
      for lost: UInt64 in [4, 1_000] {
        let section = section(
          [
            (Self.none, 1_400, 0), (Self.lock, lost, 4), (Self.key, 700, 0),
            (Self.lockAndKey, 0, intrusions), (Self.version, 0, 0), (Self.lockAndVersion, 0, 4),
          ], fault: failover)
        #expect(
          section.weakness(of: Self.lockAndKey, keeping: .noLostUpdate)
            == (intrusions == 0 ? .neverExposed : .onlyLock))
        #expect(section.weakness(of: Self.lockAndKey) != nil, "so is that nothing was lost at all")
        #expect(section.weakness(of: Self.lock, keeping: .noLostUpdate) == nil, "it was broken")
        #expect(section.weakness(of: Self.version, keeping: .noLostUpdate) == nil)
        #expect(
          section.weakness(of: Self.lockAndVersion, keeping: .noLostUpdate) == nil,
          "what fewer layers have proved needs no proof")
      }
    }
  }

  @Test("is good where the fault opens no lock, and fewer layers lost enough")
  func otherFault() {
    for fault in [DefendedFault.none, loss] {
      let section = section([(Self.none, 1_400, 0), (Self.lock, 0, 0)], fault: fault)
      #expect(section.weakness(of: Self.lock) == nil)
    }
  }

  @Test("is weak where fewer layers lost fewer than ten", arguments: [1, 9, 10, 11] as [UInt64])
  func fewBreaches(lost: UInt64) {
    let section = section([(Self.none, lost, 0), (Self.version, 0, 0)], fault: .none)
    #expect(
      section.weakness(of: Self.version, keeping: .noLostUpdate)
        == (lost < 10 ? .fewBreaches(lost, Self.none) : nil))
  }

  @Test("is no better with a layer more than without it, where nothing was broken without it")
  func inherited() {
    let token = DefenceCombination(Defence(distributedLock: true, fencingToken: true))
    let opened = section(
      [(Self.none, 200, 0), (Self.lock, 0, 0), (token, 0, 3)], fault: failover)
    #expect(opened.weakness(of: Self.lock) == .neverExposed)
    #expect(opened.weakness(of: token) == .onlyLock)
    let few = section([(Self.none, 2, 0), (Self.lock, 0, 0), (token, 0, 0)], fault: loss)
    #expect(few.weakness(of: token) == .fewBreaches(2, Self.none))
  }

  @Test("says nothing where nothing was broken at all, or the promise was broken")
  func nothing() {
    let section = section(
      [(Self.none, 0, 0), (Self.version, 0, 0), (Self.lock, 3, 0)], fault: failover)
    #expect(section.weakness(of: Self.none) == nil)
    #expect(section.weakness(of: Self.version) == nil)
    #expect(section.weakness(of: Self.lock) == nil)
    #expect(section.weakness(of: Self.lockAndKey) == nil, "it is not compared")
  }

  @Test("is none where the fault never happened")
  func neverHappened() {
    #expect(!section([(Self.none, 1, 0)], fault: failover, struck: 0).hasHappened)
    #expect(section([(Self.none, 1, 0)], fault: failover, struck: 1).hasHappened)
    #expect(section([(Self.none, 1, 0)], fault: .none, struck: 0).hasHappened)
  }
}
