/// The flags that `defend` and `pulse` share.
extension CommandLineArguments {
  mutating func comparisonOptions() -> ComparisonOptions {
    var options = ComparisonOptions()
    if let seed = seed() { options.seed = seed }
    if let count = count(of: .replications, in: ComparisonOptions.replicationRange) {
      options.replications = count
    }
    options.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    (options.csvPath, options.markdownPath) = reportPaths()
    options.showsProgress = !isGiven(.quiet)
    return options
  }

  /// Where the two files of a comparison go, which must not be one.
  mutating func reportPaths() -> (csv: String?, markdown: String?) {
    let csv = text(of: .csv)
    let markdown = text(of: .markdown)
    if let csv, let markdown, !csv.isEmpty, PathText.isSame(csv, markdown) {
      problems.append(.sameFile(.csv, .markdown, markdown))
    }
    return (csv, markdown)
  }
}
