/// The version of the program, in one place: printed by `--version`, kept in digests and exports.
public enum ProductVersion {
  /// The version as semantic versioning writes it.
  ///
  /// The same model and seed give the same bytes only under the same version.
  public static let text = "0.1.0"
}
