package import Reports
package import ScenarioFiles
package import SimulationBasics

/// One thing that is wrong with a command line: the evidence, which `Message` puts into words.
package enum CommandLineDiagnostic: Equatable, Error, Sendable {
  /// The first word is no verb.
  case unknownCommand(String)
  /// A second verb stands where a model or nothing was expected.
  case twoCommands(Verb, Verb)
  /// A word that nothing asks for.
  case unexpectedWord(String, after: Verb)
  /// `help` was asked about something that is no verb.
  case unknownHelpTopic(String)
  /// The word after `models` is no action.
  case unknownModelsAction(String)
  /// `models show` or `models check` without a name.
  case missingModelName(action: ModelsAction)
  /// There is no report of that name, or none was named.
  case unknownReport(String?)
  /// A flag that no verb knows, as typed.
  case unknownFlag(String, of: Verb)
  /// A flag that only other verbs know.
  case flagOfAnotherVerb(Flag, given: Verb)
  /// A flag that needs a value stands last or before another flag.
  case missingValue(Flag)
  /// The value is the empty text.
  case emptyValue(Flag)
  /// A flag that is only on or off was given a value.
  case unwantedValue(Flag, String)
  /// A flag that may be given once was given again.
  case repeatedFlag(Flag)
  /// The value is not what the flag takes.
  case badValue(Flag, String)
  /// The same path was set twice.
  case repeatedSetting(path: String)
  /// The value does not follow the flag's grammar, which model files share.
  case unreadable(Flag, Problem)
  /// The text of a fault is not one, or names what the model has not.
  case wrongFault(String, Problem)
  /// Two flags that say different things about one matter.
  case contradiction(Flag, Flag)
  /// The stages, or those of a profile, add up to more than a model may say.
  case stagesTooLong(Flag)
  /// Users share fewer iterations than they are.
  case fewerIterations(Int, thanUsers: Int)
  /// Samples are not written in a format of this name.
  case unknownOutput(String)
  /// An output that names no file.
  case outputWithoutFile(RunRequest.SampleFile.Format)
  /// An output whose file would have to be compressed.
  case compressedOutput(RunRequest.SampleFile.Format, String)
  /// A column of trends that does not exist.
  case badStatistic(String, TrendStatistic.Failure)
  /// The model was named by a word and by `--model`.
  case twoModels(String, String)
  /// Two outputs would go to one file.
  case sameFile(Flag, Flag, String)
  /// A flag that replaces the load of a model that has several.
  case severalLoads(Flag, names: [String])
  /// Neither the seven strategies nor the model's own have this name.
  case unknownStrategy(String, known: [String])
  /// No promise has this name.
  case unknownPromise(String)
  /// `--fault none` stands beside another.
  case faultBesideNone
  /// A load that is counted otherwise than the flag counts.
  case loadOfOtherUnit(Flag)
  /// A pulse meets one load, and this model has several.
  case pulseOfSeveralLoads(names: [String])
  /// The load of a pulse is over before anybody can see what comes back.
  case stallNotOver(duration: VirtualDuration, stall: VirtualDuration, least: VirtualDuration)
  /// A hunt needs a model with one load, and this one has several.
  case huntOfSeveralLoads(names: [String])
  /// No bundled model has this name, and it does not look like a file.
  case unknownModel(String, known: [String])
  /// No bundled model has this name, and only a bundled one will do.
  case unknownBundledModel(String, known: [String])
}

/// What `simulate models` can do.
package enum ModelsAction: String, CaseIterable, Sendable {
  case list
  case show
  case check
  case schema
}
