public import Experiments
import SimulationBasics

/// What stands at the beginning of a part file: which sweep it belongs to, and which shard it is.
///
/// Lines of UTF-8 with fields separated by tabs, in fixed order, an empty line at the end:
///
///     simulate sweep part → format 2
///     version, model (the MD5 of its text), settings (flags and their values), seed, replications,
///     layout (grid, or latin and its points),
///     for each axis an axis line (its name, then its values as somebody wrote them) and a value
///     line for each value,
///     csv (the format of the final file), columns, runs,
///     fingerprint (the MD5 of everything above),
///     source (the model's short name, and its path), shard (number, count), each with its check
///
/// Two parts belong together exactly when they have the same fingerprint.
public struct SweepPartHeader: Equatable, Sendable {
  /// The version of the program that makes the runs; this one's unless it is said.
  public let version: String
  /// The short name of the model, and its path or its name as the command line has it.
  public let modelName: String
  public let modelPath: String
  /// The MD5 of its text.
  public let modelDigest: String
  /// What else the command line says of every point: flags, each followed by its value.
  public let settings: [String]
  public let design: SweepDesign
  /// What the rows of the final file are.
  public let format: SweepFormat
  public let shard: SweepShard

  /// - Precondition: Every flag in `settings` has its value.
  public init(
    modelName: String, modelPath: String, modelDigest: String, settings: [String],
    design: SweepDesign, format: SweepFormat, shard: SweepShard, version: String? = nil
  ) {
    precondition(settings.count % 2 == 0, "a flag without its value")
    self.version = version ?? ProductVersion.text
    self.modelName = Self.plain(modelName)
    self.modelPath = Self.plain(modelPath)
    self.modelDigest = modelDigest
    self.settings = settings.map(Self.plain)
    self.design = design
    self.format = format
    self.shard = shard
  }

  /// The MD5 of a model's text.
  public static func digest(ofModel text: [UInt8]) -> String {
    MD5.hexadecimal(of: String(decoding: text, as: UTF8.self))
  }

  /// How many runs the shard has.
  public var runCount: Int { shard.runCount(of: design.runCount) }

  /// The command line that makes the same sweep, without files, shard and jobs; in pieces that
  /// stay together, quoted for a shell.
  ///
  /// - Parameter criteria: What makes a point the best.
  public func command(by criteria: [RunFigure]) -> [String] {
    var pieces = ["simulate sweep", "--model \(ShellText.word(modelPath))"]
    pieces += design.axes.map { "--vary \(ShellText.word("\($0.name)=\($0.text)"))" }
    if case .latin(let points) = design.layout { pieces.append("--latin \(points)") }
    for index in stride(from: 0, to: settings.count, by: 2) {
      pieces.append("\(settings[index]) \(ShellText.word(settings[index + 1]))")
    }
    pieces += ["--seed \(design.seed)", "--replications \(design.replications)"]
    if criteria != SweepRanking.usualCriteria {
      pieces.append("--best \(criteria.map(\.title).joined(separator: ","))")
    }
    return pieces
  }

  // MARK: Text

  /// The lines, with the empty one.
  public var text: String {
    let lines = described
    let check = self.check
    return lines.map { $0 + "\n" }.joined() + "fingerprint\t\(Self.fingerprint(of: lines))\n"
      + ["source\t\(modelName)\t\(modelPath)", "shard\t\(shard.number)\t\(shard.count)"].map {
        "\($0)\t\(check.text(of: $0[...]))\n"
      }.joined() + "\n"
  }

  /// The fingerprint that all parts of the sweep share.
  public var fingerprint: String { Self.fingerprint(of: described) }

  /// What checks the lines of runs.
  public var check: SweepPartCheck { SweepPartCheck(fingerprint) }

  /// What this header and that of another sweep differ in; `nil` when they belong together.
  public func difference(from other: SweepPartHeader) -> SweepDifference? {
    for (own, others) in zip(subjects, other.subjects) where own.value != others.value {
      return SweepDifference(subject: own.name, own: own.value, other: others.value)
    }
    return nil
  }

  /// What a sweep is, in words; first what a person is likelier to have changed.
  private var subjects: [(name: String, value: String)] {
    let layout =
      switch design.layout {
      case .grid: "a grid"
      case .latin(let points): "a Latin hypercube of \(points) points"
      }
    return [
      ("seed", "\(design.seed)"), ("number of replications", "\(design.replications)"),
      ("layout", layout),
      ("choice of points", design.axes.map { "\($0.name)=\($0.text)" }.joined(separator: " ")),
      ("choice of flags", settings.joined(separator: " ")), ("model", modelDigest),
      ("form of the CSV", format.rawValue), ("version", version),
    ]
  }

  /// Every line that says what the sweep is, in order.
  private var described: [String] {
    var lines = [
      "\(Self.kind)\t\(Self.formatNumber)", "version\t\(version)", "model\t\(modelDigest)",
      (["settings"] + settings).joined(separator: "\t"),
      "seed\t\(design.seed)", "replications\t\(design.replications)",
    ]
    switch design.layout {
    case .grid: lines.append("layout\tgrid")
    case .latin(let points): lines.append("layout\tlatin\t\(points)")
    }
    for axis in design.axes {
      lines.append("axis\t\(axis.name)\t\(axis.text)")
      lines += axis.values.map { "value\t\($0)" }
    }
    lines.append("csv\t\(format.rawValue)")
    lines.append("columns\t" + SweepColumns(of: design).header.dropLast())
    lines.append("runs\t\(design.runCount)")
    return lines
  }

  private static let kind = "simulate sweep part"
  private static let formatNumber = "2"

  /// Whether a header may begin with this line.
  public static func isFirst(_ line: String) -> Bool { line.hasPrefix(kind + "\t") }

  /// Whether the first line of a header may begin with this text.
  public static func mayBegin(with text: String) -> Bool {
    "\(kind)\t\(formatNumber)".hasPrefix(text)
  }

  /// Whether a header has no further line behind this one but the empty one.
  public static func isLast(_ line: String) -> Bool { line.hasPrefix("shard\t") }

  private static func fingerprint(of lines: [String]) -> String {
    MD5.hexadecimal(of: lines.map { $0 + "\n" }.joined())
  }

  /// The text with a space in place of each control character, so that it stays in its field.
  private static func plain(_ text: String) -> String {
    var plain = ""
    for scalar in text.unicodeScalars {
      plain.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return plain
  }
}

// MARK: - Reading

extension SweepPartHeader {
  /// Reads the lines of a header, without their ends and without the empty line.
  public init(lines: [String]) throws(SweepPartProblem) {
    let rows = lines.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let first = rows.first, first[0] == Self.kind, first.count == 2 else { throw .noPart }
    if first[1].hasSuffix("\r") { throw .windowsLineEnds }
    guard first[1] == Self.formatNumber else { throw .otherFormat(first[1]) }
    var index = 1
    /// The fields of the next line, which begins with this word.
    func fields(_ word: String, _ count: ClosedRange<Int>) throws(SweepPartProblem) -> [String] {
      guard index < rows.count else { throw .endsInHeader }
      guard rows[index][0] == word, count.contains(rows[index].count - 1)
      else { throw .damagedHeader(line: index + 1) }
      index += 1
      return Array(rows[index - 1].dropFirst())
    }
    func whole(
      _ text: String, _ range: ClosedRange<Int>
    ) throws(SweepPartProblem) -> Int {
      guard let number = Int(text), range.contains(number), "\(number)" == text else {
        throw .damagedHeader(line: index)
      }
      return number
    }
    let version = try fields("version", 1...1)[0]
    guard version == ProductVersion.text else { throw .otherVersion(version) }
    let model = try fields("model", 1...1)[0]
    let settings = try fields("settings", 0...Int.max)
    guard settings.count % 2 == 0 else { throw .damagedHeader(line: index) }
    let seedText = try fields("seed", 1...1)[0]
    guard let seed = UInt64(seedText) else { throw .damagedHeader(line: index) }
    let replications = try whole(fields("replications", 1...1)[0], 1...SweepDesign.mostRuns)
    let layoutFields = try fields("layout", 1...2)
    var layout = SweepDesign.Layout.grid
    if layoutFields.count == 2, layoutFields[0] == "latin" {
      layout = .latin(points: try whole(layoutFields[1], 1...SweepDesign.mostRuns))
    } else if layoutFields != ["grid"] {
      throw .damagedHeader(line: index)
    }
    var axes: [SweepAxis] = []
    while index < rows.count, rows[index][0] == "axis" {
      let axis = try fields("axis", 2...2)
      var values: [String] = []
      while index < rows.count, rows[index][0] == "value" {
        values.append(try fields("value", 1...1)[0])
      }
      var isRight = !values.isEmpty
      if case .latin(let points) = layout { isRight = values.count == points }
      guard isRight else {
        throw index == rows.count ? .endsInHeader : .damagedHeader(line: index + 1)
      }
      axes.append(SweepAxis(name: axis[0], values: values, text: axis[1]))
    }
    guard !axes.isEmpty,
      let runs = SweepDesign.runCount(of: axes, layout, replications: replications)
    else { throw index == rows.count ? .endsInHeader : .damagedHeader(line: index + 1) }
    guard let format = SweepFormat(rawValue: try fields("csv", 1...1)[0]) else {
      throw .damagedHeader(line: index)
    }
    _ = try fields("columns", 1...1)
    guard try whole(fields("runs", 1...1)[0], 1...SweepDesign.mostRuns) == runs else {
      throw .damagedHeader(line: index)
    }
    let fingerprint = try fields("fingerprint", 1...1)[0]
    let source = try fields("source", 3...3)
    let numbers = try fields("shard", 3...3)
    let count = try whole(numbers[1], 1...SweepShard.mostShards)
    let number = try whole(numbers[0], 1...count)
    guard index == rows.count else { throw .damagedHeader(line: index + 1) }
    self.init(
      modelName: source[0], modelPath: source[1], modelDigest: model, settings: settings,
      design: SweepDesign(axes: axes, layout: layout, seed: seed, replications: replications),
      format: format, shard: SweepShard(number: number, of: count), version: version)
    // The lines that were read are those that would be written: nothing was changed by hand.
    guard fingerprint == self.fingerprint, lines.map({ $0 + "\n" }).joined() + "\n" == text else {
      throw .changedHeader
    }
  }
}

/// What two sweeps differ in.
public struct SweepDifference: Hashable, Sendable {
  /// In words: "seed".
  public let subject: String
  /// What it is in the one and in the other.
  public let own: String
  public let other: String

  public init(subject: String, own: String, other: String) {
    self.subject = subject
    self.own = own
    self.other = other
  }
}

/// Why a file is no part of a sweep, or none that can be used.
public enum SweepPartProblem: Error, Hashable, Sendable {
  /// The first line says something else.
  case noPart
  /// A format of a later version.
  case otherFormat(String)
  /// Runs of another version of the program need not be the same.
  case otherVersion(String)
  /// A line of the header is not what it must be; lines are counted from 1.
  case damagedHeader(line: Int)
  /// The header is not the one that its fingerprint is of.
  case changedHeader
  /// The header was not written to its end.
  case endsInHeader
  /// Its lines end as those of another system.
  case windowsLineEnds
  /// It is a device, a pipe or the like.
  case notRegular
  /// A row is not that of a run of this shard whose turn it may be.
  case damagedRow(line: Int)
  /// A row is not what its check is of.
  case changedRow(line: Int, found: String, expected: String)
}
