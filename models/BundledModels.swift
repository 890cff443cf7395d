/// The model files that are part of the program, so that it answers from any folder.
public enum BundledModels {
  /// A model by its short name, and the text of its file.
  public struct Model: Sendable {
    public let name: String
    public let text: [UInt8]
  }

  /// Every bundled model, in the order in which `simulate models list` prints them.
  public static let all: [Model] = [
    Model(name: "balance-charge", text: PackageResources.balance_charge_json5)
  ]
}
