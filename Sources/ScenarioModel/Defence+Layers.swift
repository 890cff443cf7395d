extension Defence {
  /// Whether a step with this layer is on; one without a layer always is.
  package func includes(_ layer: Layer?) -> Bool {
    switch layer {
    case nil: true
    case .distributedLock: distributedLock
    case .idempotencyKey: idempotencyKey
    case .fencingToken: fencingToken
    case .optimistic, .pessimistic, .atomic: layer?.writeGuard == writeGuard
    }
  }

  /// The layers that are on, in the order of `Layer.allCases`.
  public var layers: [Layer] { Layer.allCases.filter { includes($0) } }
}
