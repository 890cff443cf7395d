/// Why a file could not be read or written.
public struct FileFailure: Error, Equatable {
  /// What was tried.
  public enum Attempt: Sendable {
    case reading, writing
  }

  /// What stood in the way.
  public enum Reason: Equatable, Sendable {
    case missing
    case missingFolder
    case isFolder
    case permissionDenied
    case folderPermissionDenied
    /// The file is longer than any model can be.
    case longerThan(mebibytes: Int)
    /// A line of the file is longer than any of ours.
    case longLine(mebibytes: Int)
    /// The user interrupted the wait for it.
    case interrupted
    /// Another process writes it.
    case inUse
    /// It is there already, and must not be.
    case exists
    /// What the operating system says about anything else.
    case system(String)
  }

  public var attempt: Attempt
  /// As the user wrote it.
  public var path: String
  public var reason: Reason

  public init(_ attempt: Attempt, _ path: String, _ reason: Reason) {
    self.attempt = attempt
    self.path = path
    self.reason = reason
  }

  /// The words on standard error.
  var message: String { "simulate: \(problem)\n" }

  /// What could not be done, and why.
  var problem: String {
    let verb =
      switch attempt {
      case .reading: "read"
      case .writing: "write"
      }
    return "cannot \(verb) \(QuotedText.text(of: path, atMost: 4096)): \(clause)"
  }

  private var clause: String {
    switch reason {
    case .missing: "there is no such file"
    case .missingFolder: "there is no such folder"
    case .isFolder: "it is a folder, not a file"
    case .permissionDenied: "permission denied"
    case .folderPermissionDenied: "no permission to create a file in its folder"
    case .longerThan(let mebibytes): "it is longer than \(mebibytes) MiB"
    case .longLine(let mebibytes): "it has a line that is longer than \(mebibytes) MiB"
    case .interrupted: "interrupted"
    case .inUse: "another process is writing it"
    case .exists: "it is there already"
    case .system(let text): text
    }
  }
}
