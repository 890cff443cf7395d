import ContendedResources
import ScenarioModel

extension LockRules {
  /// The rules of a database product, with the model's own settings.
  init(_ database: DatabaseModel) {
    self.init(
      grantOrder: database.engine.isContentionAware ? .contentionAware : .firstComeFirstServed,
      allowsUpgradeBypass: database.upgradeBypass ?? database.engine.allowsUpgradeBypass,
      putsUpgradesFirst: database.upgradesFirst,
      detectsDeadlocks: database.deadlockDetection,
      deadlockSearch: database.engine.searchesAllConflicts ? .allConflicts : .firstConflict,
      victim: database.deadlockVictim.rule)
  }
}

extension DeadlockVictim {
  fileprivate var rule: LockRules.Victim {
    switch self {
    case .innoDB: .innoDB
    case .requester: .requester
    case .youngest: .youngest
    }
  }
}
