/// One value behind a reference.
///
/// The compiler looks at each field of a noncopyable struct by itself, however deep: with thousands
/// of them it takes minutes for a method. What is large and no resource stands in a box.
final class Box<Value> {
  var value: Value
  init(_ value: Value) { self.value = value }
}
