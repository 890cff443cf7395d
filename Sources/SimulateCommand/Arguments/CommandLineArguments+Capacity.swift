/// The flags of `capacity`.
extension CommandLineArguments {
  mutating func capacityRequest() -> CapacityRequest {
    var request = CapacityRequest()
    request.model = modelChoice()
    if isGiven(.rate), isGiven(.vus) { problems.append(.contradiction(.rate, .vus)) }
    if let rates = counts(of: .rate) { request.loads = .rates(rates) }
    if let users = counts(of: .vus) { request.loads = .users(users) }
    if let duration = positiveTime(of: .duration) { request.duration = duration }
    if let precision = value(of: .precision, read: PercentText.positiveValue) {
      request.precision = precision
    }
    if let seed = seed() { request.seed = seed }
    if let count = severalReplications() { request.replications = count }
    request.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    (request.csvPath, request.markdownPath) = reportPaths()
    request.showsProgress = !isGiven(.quiet)
    return request
  }
}
