/// Measurements that are part of the program, so that `simulate validate` works from any folder.
public enum BundledMeasurements {
  /// A table by the name of its file, and its text.
  public struct Table: Sendable {
    public let file: String
    public let text: [UInt8]
  }

  /// The runs of the load driver.
  public static let runs = Table(
    file: "reports/measured-systems/runs.csv", text: PackageResources.runs_csv)
  /// Its steps, timed with one user alone.
  public static let steps = Table(
    file: "reports/measured-systems/steps.csv", text: PackageResources.steps_csv)
}
