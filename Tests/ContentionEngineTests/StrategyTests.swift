import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// What the strategies are worth: 1000 users of the balance charge on 100 rows for 60 s.
@Suite("Strategies at 1000 users")
struct StrategyTests {
  private func charge(_ defence: Defence) throws -> RunResult {
    var scenario = try Bundled.scenario("balance-charge")
    scenario.loads[0].executor = .constantVUs(vus: 1_000, duration: .seconds(60))
    return scenario.compiled(defence).run()
  }

  @Test(
    "lose money or do not, as they should, and the balance is 10 000 for each effect that is left",
    arguments: Strategy.builtIn)
  func safety(strategy: Strategy) throws {
    let result = try charge(strategy.defence)
    let audit = result.safety.columns[0]
    #expect(result.safety.arrived > 20_000)
    #expect(audit.finalSum == 10_000 * Int128(audit.survivingEffects))
    #expect(audit.intendedChange == 10_000 * Int128(audit.effects))
    let lost = result.broken(.noLostUpdate)
    #expect(Int64(audit.effects) - audit.survivingEffects == Int64(lost))
    if strategy.name == "none" || strategy.name == "idempotency-key" {
      #expect(lost > 0)
      #expect(!audit.isExact)
      let witness = try #require(result.safety.firstLostUpdate)
      // The second read before the first committed, and wrote what the first had made undone.
      #expect(witness.overwriting.readAt < witness.overwritten.committedAt)
      #expect(witness.overwritten.committedAt < witness.overwriting.committedAt)
      #expect(witness.valueAfterSecond == witness.overwriting.valueRead + 10_000)
      #expect(witness.valueAfterFirst >= witness.valueAfterSecond)
    } else {
      #expect(lost == 0)
      #expect(audit.isExact)
      #expect(audit.finalSum == 10_000 * Int128(audit.effects))
      #expect(result.safety.firstLostUpdate == nil)
      #expect(result.safety.isSafe)
    }
  }

  @Test("a distributed lock before the optimistic one saves 99 of 100 version conflicts")
  func conflictsSaved() throws {
    let alone = try charge(Defence(writeGuard: .optimistic))
      .count(.optimisticLockConflicts)
    let locked = try charge(Defence(writeGuard: .optimistic, distributedLock: true))
      .count(.optimisticLockConflicts)
    let threeLayer = try charge(
      Defence(writeGuard: .optimistic, distributedLock: true, idempotencyKey: true)
    ).count(.optimisticLockConflicts)
    #expect(alone > 100)
    #expect(locked * 100 <= alone)
    #expect(threeLayer * 100 <= alone)
  }
}

/// The integration tests of the observed service (reference/observed/integration-tests.csv),
/// simulated.
@Suite("Observed integration tests")
struct ObservedTests {
  @Test(
    "one key ten times at once: one effect, nine refused or replayed, one key row",
    arguments: ["three-layer", "idempotency-key"])
  func sameKey(strategy: String) throws {
    let compiled = try Bundled.scenario("payment-same-key").compiled(strategy)
    for seed in 1...20 as ClosedRange<UInt64> {
      let result = compiled.run(seed: seed)
      #expect(result.count(.requests) == 10)
      #expect(result.safety.columns[0].effects == 1)
      #expect(result.safety.columns[0].finalSum == 950_000)
      #expect(result.safety.keyRows == 1)
      #expect(result.count(.idempotentReplays) + result.count(.idempotencyConflicts) == 9)
      #expect(result.rate(.errors) == 0)
      #expect(result.safety.isSafe)
    }
  }

  @Test("ten deductions at once all succeed; retries never exceed 45, and 23 is an ordinary number")
  func deductions() throws {
    let compiled = try Bundled.scenario("balance-deduct").compiled("optimistic")
    var retries: [UInt64] = []
    for seed in 1...100 as ClosedRange<UInt64> {
      let result = compiled.run(seed: seed)
      #expect(result.count(.requests) == 10)
      #expect(result.rate(.errors) == 0)
      #expect(result.count(.insufficientBalance) == 0)
      #expect(result.safety.columns[0].finalSum == 0)
      #expect(result.safety.isSafe)
      let total = UInt64(result.trend(.retryCount).sum)
      // Each failure needs another's commit: the k-th to succeed can fail at most k − 1 times.
      #expect(total <= 45)
      #expect(total == result.count(.optimisticLockConflicts))
      retries.append(total)
    }
    retries.sort()
    #expect(retries[4] <= 23)
    #expect(23 <= retries[95])
  }

  @Test("ten charges and ten deductions under three layers all succeed and leave the balance")
  func mixedThreeLayer() throws {
    let compiled = try Bundled.scenario("balance-mixed").compiled("three-layer")
    for seed in 1...30 as ClosedRange<UInt64> {
      let result = compiled.run(seed: seed)
      #expect(result.count(.requests) == 20)
      #expect(result.rate(.errors) == 0)
      #expect(result.safety.columns[0].effects == 20)
      #expect(result.safety.columns[0].finalSum == 100_000)
      #expect(result.safety.isSafe)
    }
  }

  @Test(
    "under the optimistic lock alone the balance is that of those who succeed",
    arguments: [10, 5])
  func mixedOptimistic(attempts: Int) throws {
    var scenario = try Bundled.scenario("balance-mixed")
    for index in scenario.requests.indices {
      scenario.requests[index].steps = withAttempts(attempts, scenario.requests[index].steps)
    }
    let compiled = scenario.compiled("optimistic")
    var exhausted: UInt64 = 0
    for seed in 1...100 as ClosedRange<UInt64> {
      let result = compiled.run(seed: seed)
      let audit = result.safety.columns[0]
      #expect(result.count(.requests) == 20)
      #expect(audit.isExact)
      #expect(result.broken(.noLostUpdate) == 0)
      let failed = result.count(.optimisticLockExhausted) + result.count(.insufficientBalance)
      #expect(audit.effects + failed == 20)
      #expect((audit.finalSum - 100_000) % 10_000 == 0)
      exhausted += result.count(.optimisticLockExhausted)
    }
    // With ten attempts nobody needs them all in this model; with five a part of the twenty gives
    // up.
    #expect((exhausted > 0) == (attempts == 5))
  }

  private func withAttempts(_ attempts: Int, _ steps: [Step]) -> [Step] {
    steps.map { step in
      switch step {
      case .distributedLock(var lock):
        lock.steps = withAttempts(attempts, lock.steps)
        return .distributedLock(lock)
      case .idempotent(var idempotent):
        idempotent.steps = withAttempts(attempts, idempotent.steps)
        return .idempotent(idempotent)
      case .retry(var policy, let steps):
        policy.attempts = attempts
        return .retry(policy, steps: steps)
      default: return step
      }
    }
  }
}
