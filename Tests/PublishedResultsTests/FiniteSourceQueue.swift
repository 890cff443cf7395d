/// The closed form of M/M/c//N: N users think for an exponential time and then need one of c
/// servers for another.
///
/// The chance of k users at the servers is, but for a common factor, N!/(N − k)! · (S/Z)ᵏ / (min(k,
/// c)! · c^max(0, k − c)). With c = 1 it is the machine repairman. Source: any book on queues, such
/// as Allen, Probability, Statistics, and Queueing Theory, 1990, section 5.2.7; it is computed here
/// and then checked against the published table.
struct FiniteSourceQueue {
  let users: Int
  let servers: Int
  /// Mean service and mean think time, in seconds.
  let service: Double
  let thinking: Double
  /// By k, the chance that k users are at the servers.
  private let chances: [Double]

  init(users: Int, servers: Int, service: Double, thinking: Double) {
    self.users = users
    self.servers = servers
    self.service = service
    self.thinking = thinking
    if thinking == 0 {
      // Nobody is ever elsewhere.
      chances = Array(repeating: 0, count: users) + [1]
      return
    }
    // Weights grow beyond every double; each is kept relative to the largest so far.
    var weights: [Double] = [1]
    for k in 1...users {
      let ratio = Double(users - k + 1) * service / thinking / Double(min(k, servers))
      let next = (weights.last ?? 0) * ratio
      weights.append(next)
      if next > 1 { weights = weights.map { $0 / next } }
    }
    let total = weights.reduce(0, +)
    chances = weights.map { $0 / total }
  }

  private func mean(_ value: (Int) -> Double) -> Double {
    var mean = 0.0
    for (k, chance) in chances.enumerated() { mean += chance * value(k) }
    return mean
  }

  /// The mean number of busy servers.
  var busy: Double { mean { Double(min($0, servers)) } }
  /// The share of time in which a server is busy, on average over the servers.
  var utilisation: Double { busy / Double(servers) }
  /// Services a second.
  var throughput: Double { busy / service }
  /// The mean time at the servers, the wait included, in seconds.
  var response: Double { mean { Double($0) } / throughput }
  /// The mean number of users who wait.
  var waiting: Double { mean { Double(max(0, $0 - servers)) } }
  /// The chance that all servers are busy.
  var allBusy: Double { mean { $0 >= servers ? 1 : 0 } }
}
