import ScenarioModel

/// One of the two forms in which models write their load: its keys at the top of the model, or in
/// an entry of `scenarios`, as in k6.
struct LoadForm {
  /// What stands before the keys of what users do: `client`, `iteration`.
  let prefix: String
  /// What stands before the keys of how many users there are and when: `rate`, `duration`.
  let executorPrefix: String

  /// The short form, then that of k6.
  static func both(of load: Load) -> [LoadForm] {
    let entry = "scenarios.\(load.name)."
    return [
      LoadForm(prefix: "", executorPrefix: "load."),
      LoadForm(prefix: entry, executorPrefix: entry),
    ]
  }
}
