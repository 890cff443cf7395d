import SimulationBasics
import Testing

@Suite("Random purpose")
struct RandomPurposeTests {
  /// The numbers are part of every stream, so a change here changes the results of every seed.
  @Test("keeps its numbers for ever")
  func numbers() {
    #expect(RandomPurpose.startStagger.rawValue == 0)
    #expect(RandomPurpose.thinkTime.rawValue == 1)
    #expect(RandomPurpose.clientNetwork.rawValue == 2)
    #expect(RandomPurpose.databaseNetwork.rawValue == 3)
    #expect(RandomPurpose.lockServerNetwork.rawValue == 4)
    #expect(RandomPurpose.processing.rawValue == 5)
    #expect(RandomPurpose.statement.rawValue == 6)
    #expect(RandomPurpose.commit.rawValue == 7)
    #expect(RandomPurpose.lockServerCommand.rawValue == 8)
    #expect(RandomPurpose.externalDelay.rawValue == 9)
    #expect(RandomPurpose.backoffJitter.rawValue == 10)
    #expect(RandomPurpose.rowChoice.rawValue == 11)
    #expect(RandomPurpose.branchChoice.rawValue == 12)
    #expect(RandomPurpose.serverChoice.rawValue == 13)
    #expect(RandomPurpose.serverUse.rawValue == 14)
    #expect(RandomPurpose.connectionBarging.rawValue == 15)
    #expect(RandomPurpose.lockPoll.rawValue == 16)
    #expect(RandomPurpose.restartDelay.rawValue == 17)
    #expect(RandomPurpose.sleepOvershoot.rawValue == 18)
    #expect(RandomPurpose.arrivalGap.rawValue == 19)
    #expect(RandomPurpose.instanceChoice.rawValue == 20)
    #expect(RandomPurpose.iterationChoice.rawValue == 21)
    #expect(RandomPurpose.doubleClick.rawValue == 22)
    #expect(RandomPurpose.faultMoment.rawValue == 23)
    #expect(RandomPurpose.faultOccasion.rawValue == 24)
    #expect(RandomPurpose.clientBackoff.rawValue == 25)
    #expect(RandomPurpose.tieOrder.rawValue == 26)
    #expect(RandomPurpose.huntShape.rawValue == 27)
    #expect(RandomPurpose.huntCase.rawValue == 28)
    #expect(RandomPurpose.sweepLayout.rawValue == 29)
  }
}
