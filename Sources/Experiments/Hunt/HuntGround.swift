/// What can be hunted through: cases by number, in groups that share some work.
public protocol HuntGround: Sendable {
  associatedtype Case: Sendable
  /// What the cases of a group share.
  associatedtype Group

  /// How many cases each group has.
  static var groupSize: Int { get }

  /// Prepares a group; equal numbers yield equal groups.
  func group(_ number: Int) -> Group

  /// The case of an index in its group.
  func hunted(_ index: Int, in group: Group) -> Case

  /// What comes of a case.
  func trial(of hunted: Case, in group: Group) -> HuntTrial
}
