import ScenarioModel

extension ScenarioBuilder {
  /// The strategies that the model defines, in declared order.
  mutating func strategyList(_ node: ModelNode) -> [Strategy] {
    let builtIn = Strategy.builtIn.map { $0.name }
    return namedMembers(node, of: .strategies, each: "strategy").map { name, node in
      if builtIn.contains(name) { note(.takenName(name), at: node) }
      return Strategy(name: name, defence: defence(node))
    }
  }

  private mutating func defence(_ node: ModelNode) -> Defence {
    guard let object = object(node, keys: ["layers"]),
      let node = required("layers", in: object, .list)
    else { return Defence() }
    guard case .list(let values) = node.value.kind else {
      noteUnexpected(node, .list)
      return Defence()
    }
    var layers: [Layer] = []
    for (index, value) in values.prefix(ModelLimits.named).enumerated() {
      let item = ModelNode(value: value, path: node.path.item(index))
      guard let name = nonEmptyText(item) else { continue }
      do throws(Problem) {
        layers.append(try LayerListParser.add(name, to: layers))
      } catch {
        note(error, at: item)
      }
    }
    do throws(Problem) {
      return try LayerListParser.defence(of: layers)
    } catch {
      note(error, at: node)
      return Defence()
    }
  }

  /// The strategy that runs unless the command names another; `optimistic` when the model says
  /// nothing.
  mutating func chosenStrategy(_ node: ModelNode?, among strategies: [Strategy]) -> Strategy {
    let standard = Strategy(name: "optimistic", defence: Defence(writeGuard: .optimistic))
    guard let node, let name = nonEmptyText(node) else { return standard }
    do throws(Problem) {
      return try StrategyListParser.strategy(name, among: strategies)
    } catch {
      note(error, at: node)
      return standard
    }
  }
}
