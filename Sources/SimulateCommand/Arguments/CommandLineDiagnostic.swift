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
  case repeatedSetting(Flag, path: String)
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
  /// The load of a pulse is over before anybody can see what comes back.
  case stallNotOver(duration: VirtualDuration, stall: VirtualDuration, least: VirtualDuration)
  /// A flag about a single run, where several are made.
  case flagOfOneRun(Flag)
  /// A flag that has a meaning only beside another.
  case flagNeedsFlag(Flag, Flag)
  /// No figure has this name.
  case unknownFigure(Flag, String)
  /// A warm-up is to be found of loads that change.
  case warmUpOfChangingLoad(names: [String])
  /// A warm-up that lasts as long as the load.
  case warmUpNotOver(VirtualDuration, length: VirtualDuration)
  /// Two strategies where one is for both sides.
  case strategyOfBoth(String)
  /// A setting of a side that is a measured run.
  case settingOfMeasuredRun(Flag, String)
  /// A measured run beside itself.
  case measuredRunAlone(String)
  /// A flag of simulations where both sides are measured runs.
  case flagOfSimulation(Flag)
  /// A figure that is to be judged, and that a measured run does not have.
  case figureNotMeasured(String, path: String, known: [String])
  /// A figure that is to be judged, and of which neither more nor less is better.
  case figureWithoutPreference(String)
  /// A file that is written and read.
  case outputIsInput(Flag, String)
  /// A load that is over before a threshold can tell anything.
  case tooShortForThresholds(VirtualDuration, needed: VirtualDuration)
  /// The verb is about one load, and this model has several.
  case needsOneLoad(Verb, names: [String])
  /// A single run, which has no interval.
  case tooFewReplications
  /// No number of runs of which there are several.
  case badReplications(String)
  /// Nothing in this model retries where the command looks for it.
  case nothingRetries
  /// More ways to retry than anybody waits for.
  case tooManyWays(Int)
  /// No pause can grow: every cap is below every base.
  case capBelowBase
  /// Only decorrelated jitter is asked for, and only fixed pauses.
  case decorrelatedFixed
  /// Only clients have a budget of retries.
  case budgetOfService
  /// Nothing that the command asks about can be put to the test.
  case untestedPromise(String, reason: String, layer: String?)
  /// A sweep without `--vary`.
  case nothingVaried
  /// The values of an axis do not follow the grammar of `--vary`.
  case badVariation(String, VariedProblem)
  /// A value of an axis is not what the axis takes.
  case badVariedValue(String, Problem)
  /// A value of an axis is no whole number that the axis takes.
  case badVariedNumber(String, String)
  /// Something is varied twice.
  case repeatedVariation(String)
  /// A flag says of all points what an axis says of each.
  case variationBesideFlag(String, Flag)
  /// Two axes say one thing in two ways.
  case variationsOfOneThing(String, String)
  /// No short name, and it does not look like a path of the model.
  case unknownVariation(String, known: [String])
  /// The model has nothing that a short name means.
  case notInModel(String, lacks: String)
  case tooManyRuns(limit: Int)
  /// A length for a load that is not constant.
  case durationNeedsUsers(isVaried: Bool)
  /// An axis and another one, or `--set`, name the same place of the model.
  case variationOfSamePath(String, other: String?, path: String)
  /// The iterations a second of a load of users are varied.
  case variationOfOtherUnit(String)
  /// An axis is about the load of a model that has several.
  case variationOfSeveralLoads(String, names: [String])
  /// The result of a sweep would go to what is no regular file.
  case resultNotKept(String)
  /// `merge` without parts.
  case noParts
  /// The result of a merge would take the place of a part.
  case partAsResult(String)
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
