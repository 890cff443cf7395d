import ScenarioModel

/// The words in which a report speaks of a model: what requests do, and what they could lose.
struct ScenarioWords {
  /// What one request does: "charge".
  let deed: String
  /// Whether there is a word for what requests do, and not just "request".
  var isDeedNamed: Bool { deed != Self.unnamed }
  /// What one effect is: the deed, when each request has exactly one.
  let effect: String
  /// Whether what is stored is money.
  let isMoney: Bool
  /// The values that requests change, in the plural: "balances"; `nil` when they change none.
  let values: String?

  init(_ scenario: Scenario) {
    let requests = scenario.requests
    deed = requests.count == 1 ? Self.noun(of: requests[0].identifier) : Self.unnamed
    effect = requests.contains { $0.effectCount == .other } ? "update" : deed
    var names: [String] = []
    for request in requests {
      for update in request.steps.updates {
        let name = scenario.tables[update.row.table].columns[update.column].name
        if !names.contains(name) { names.append(name) }
      }
    }
    isMoney = names.contains { name in Self.moneyWords.contains { name.contains($0) } }
    values = names.isEmpty ? nil : names.count == 1 ? Self.plural(names[0]) : "values"
  }

  private static let moneyWords = [
    "balance", "amount", "credit", "money", "price", "fund", "wallet",
  ]

  /// Request classes are named by verbs or nouns; what is not in this list is called a request.
  private static let nouns: [(identifier: String, noun: String)] = [
    ("charge", "charge"), ("deduct", "deduction"), ("deduction", "deduction"), ("pay", "payment"),
    ("payment", "payment"), ("order", "order"), ("refund", "refund"), ("transfer", "transfer"),
    ("withdraw", "withdrawal"), ("withdrawal", "withdrawal"), ("deposit", "deposit"),
    ("book", "booking"), ("booking", "booking"), ("reserve", "reservation"),
    ("reservation", "reservation"), ("purchase", "purchase"), ("update", "update"),
    ("increment", "increment"), ("write", "write"),
  ]

  private static let unnamed = "request"

  private static func noun(of identifier: String) -> String {
    nouns.first { $0.identifier == identifier }?.noun ?? unnamed
  }

  /// Columns are named by nouns or by anything else; the values of what is not in these lists are
  /// called its values: "values of remaining".
  private static let countedNouns = [
    "amount", "balance", "cost", "count", "counter", "coupon", "credit", "deposit", "fund", "item",
    "like", "number", "order", "point", "price", "quantity", "score", "seat", "share", "ticket",
    "token", "total", "unit", "value", "view", "vote", "wallet",
  ]
  private static let massNouns = ["inventory", "money", "stock"]

  private static func plural(_ name: String) -> String {
    if massNouns.contains(name) { return name }
    if countedNouns.contains(name) {
      return name.hasSuffix("y") ? name.dropLast() + "ies" : name + "s"
    }
    if name.hasSuffix("s"), countedNouns.contains(String(name.dropLast())) { return name }
    return "values of \(name)"
  }
}
