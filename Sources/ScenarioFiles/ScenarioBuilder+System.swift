import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  mutating func systemModel(_ node: ModelNode) -> SystemModel {
    var system = SystemModel()
    let keys = [
      "instances", "network", "threads", "cores", "pool", "database", "redis", "servers", "gates",
      "sleepOvershoot", "balance", "memory", "caches",
    ]
    guard let object = object(node, keys: keys) else { return system }
    if let node = object["instances"] {
      system.instances = count(node, in: 1...ModelLimits.instances) ?? 1
    }
    if let node = object["network"] { system.network = network(node) }
    if let node = object["threads"] { system.threads = threads(node) }
    if let node = object["cores"] { system.cores = size(node) }
    if let node = object["pool"] { system.pool = pool(node) }
    if let node = object["database"] { system.database = database(node) }
    if let node = object["redis"] { system.lockServer = lockServer(node) }
    if let node = object["servers"] { system.serverPools = serverPools(node) }
    if let node = object["gates"] { system.gates = gates(node) }
    if let node = object["balance"], let balance = word(node, of: LoadBalancing.allCases) {
      system.balance = balance
    }
    if let node = object["memory"] { system.memory = memory(node) }
    if let node = object["caches"] { system.caches = caches(node) }
    if let node = object["sleepOvershoot"], let late = time(node) { system.sleepOvershoot = late }
    return system
  }

  // MARK: - Servers and gates

  private mutating func serverPools(_ node: ModelNode) -> [ServerPoolModel] {
    let members = namedMembers(
      node, of: .serverPools, limit: ModelLimits.serverPools, each: "kind of servers")
    return members.map { name, node in
      var pool = ServerPoolModel(name: name, count: nil)
      guard let object = object(node, keys: ["count", "queue"]) else { return pool }
      if let node = required("count", in: object, .size(from: 1)) {
        pool.count = size(node, to: ModelLimits.servers)
      }
      if let node = object["queue"], let queue = word(node, of: ServerPoolModel.Queue.allCases) {
        pool.queue = queue
      }
      return pool
    }
  }

  private mutating func gates(_ node: ModelNode) -> [GateModel] {
    let members = namedMembers(node, of: .gates, limit: ModelLimits.serverPools, each: "gate")
    return members.map { name, node in
      var gate = GateModel(name: name, size: nil)
      if let object = object(node, keys: ["size"]),
        let node = required("size", in: object, .size(from: 1))
      {
        gate.size = size(node)
      }
      return gate
    }
  }

  // MARK: - The parts of an instance, the database, the lock server

  /// The request threads; what is not said about a limited number is as Tomcat has it.
  private mutating func threads(_ node: ModelNode) -> RequestThreadsModel {
    var threads = RequestThreadsModel(size: nil, accepted: 8_192, backlog: 100)
    guard let object = object(node, keys: ["size", "accepted", "backlog"]) else { return threads }
    if let node = object["size"] { threads.size = size(node) }
    if let node = object["accepted"] { threads.accepted = size(node) }
    if let node = object["backlog"] { threads.backlog = size(node, from: 0) }
    return threads
  }

  private mutating func pool(_ node: ModelNode) -> ConnectionPoolModel {
    var pool = ConnectionPoolModel()
    guard let object = object(node, keys: ["size", "timeout", "barging"]) else { return pool }
    if let node = object["size"] { pool.size = size(node) }
    if let node = object["timeout"], let timeout = positiveTime(node) { pool.timeout = timeout }
    if let node = object["barging"], let share = probability(node) { pool.barging = share }
    return pool
  }

  private mutating func database(_ node: ModelNode) -> DatabaseModel {
    var database = DatabaseModel()
    let keys = [
      "engine", "isolation", "cores", "roundTrip", "network", "statement", "begin", "select",
      "insert", "update", "commit", "rollback", "groupCommit", "lockWaitTimeout",
      "deadlockDetection", "deadlockVictim", "rollbackOnTimeout", "snapshotIsolation",
      "upgradeBypass", "upgradesFirst",
    ]
    guard let object = object(node, keys: keys) else { return database }
    if let node = object["engine"], let engine = word(node, of: DatabaseEngine.allCases) {
      database.engine = engine
    }
    if let node = object["isolation"], let isolation = word(node, of: IsolationLevel.allCases) {
      database.isolation = isolation
    }
    if let node = object["cores"] { database.cores = size(node) }
    database.network = oneWay(in: object)
    let statement = object["statement"].flatMap { time($0) } ?? .zero
    database.begin = serviceTime("begin", in: object, unless: statement)
    database.select = serviceTime("select", in: object, unless: statement)
    database.insert = serviceTime("insert", in: object, unless: statement)
    database.update = serviceTime("update", in: object, unless: statement)
    database.commit = serviceTime("commit", in: object, unless: statement)
    database.rollback = serviceTime("rollback", in: object, unless: statement)
    if let node = object["groupCommit"], let value = truth(node) { database.groupCommit = value }
    if let node = object["lockWaitTimeout"], let timeout = positiveTime(node) {
      database.lockWaitTimeout = timeout
    }
    if let node = object["deadlockDetection"], let value = truth(node) {
      database.deadlockDetection = value
    }
    if let node = object["deadlockVictim"], let victim = word(node, of: DeadlockVictim.allCases) {
      database.deadlockVictim = victim
    }
    if let node = object["rollbackOnTimeout"], let value = truth(node) {
      database.rollbackOnTimeout = value
    }
    if let node = object["snapshotIsolation"], let value = truth(node) {
      database.snapshotIsolation = value
    }
    if let node = object["upgradeBypass"] { database.upgradeBypass = truth(node) }
    if let node = object["upgradesFirst"], let value = truth(node) {
      database.upgradesFirst = value
    }
    return database
  }

  private mutating func serviceTime(
    _ key: String, in object: ModelObject, unless standard: DurationDistribution
  ) -> DurationDistribution {
    object[key].flatMap { time($0) } ?? standard
  }

  private static let lockServerKeys = [
    "client", "roundTrip", "network", "command", "unlock", "poll", "watchdogTimeout",
  ]

  private mutating func lockServer(_ node: ModelNode) -> LockServerModel {
    var server = LockServerModel()
    guard let object = object(node, keys: Self.lockServerKeys) else { return server }
    if let node = object["client"], let client = word(node, of: LockClient.allCases) {
      server.client = client
    }
    server.network = oneWay(in: object)
    if let node = object["command"], let command = time(node) { server.command = command }
    if let node = object["unlock"] { server.unlock = time(node) }
    if let node = object["poll"], let poll = poll(node) { server.poll = poll }
    if let node = object["watchdogTimeout"], let timeout = positiveTime(node) {
      server.watchdogTimeout = timeout
    }
    return server
  }
}
