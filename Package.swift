// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled with the same strict settings: a warning is an error, an existential is
/// spelled out, and an import is visible only where it is written. In release builds small
/// functions are inlined across modules, which takes a tenth off a whole run (`simulate-bench`).
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A module and the modules it may import, written from the bottom of the data flow to its top.
/// `HouseRulesTests` reads this list and fails on any other arrow.
let modules: [(name: String, imports: [String])] = [
  ("SimulationBasics", []),
  ("ScenarioModel", ["SimulationBasics"]),
  ("EventKernel", ["SimulationBasics"]),
  ("ContendedResources", ["SimulationBasics"]),
  ("Measurements", ["ScenarioModel", "SimulationBasics"]),
  ("RequestPrograms", ["ScenarioModel", "SimulationBasics"]),
  (
    "ContentionEngine",
    [
      "RequestPrograms", "EventKernel", "ContendedResources", "Measurements", "ScenarioModel",
      "SimulationBasics",
    ]
  ),
  (
    "Experiments",
    ["ContentionEngine", "RequestPrograms", "Measurements", "ScenarioModel", "SimulationBasics"]
  ),
  ("ScenarioFiles", ["ScenarioModel", "SimulationBasics"]),
  (
    "Reports",
    [
      "Experiments", "ContentionEngine", "RequestPrograms", "Measurements", "ScenarioModel",
      "SimulationBasics",
    ]
  ),
  (
    "SimulateCommand",
    [
      "BundledModels", "BundledMeasurements", "ScenarioFiles", "Reports", "Experiments",
      "ContentionEngine",
      "RequestPrograms",
      "Measurements", "ScenarioModel", "SimulationBasics",
    ]
  ),
]

/// A test target and the modules that it uses.
let tests: [(name: String, uses: [String])] = [
  ("SimulationBasicsTests", ["SimulationBasics"]),
  ("ScenarioModelTests", ["ScenarioModel", "SimulationBasics"]),
  ("EventKernelTests", ["EventKernel", "SimulationBasics"]),
  ("ContendedResourcesTests", ["ContendedResources", "SimulationBasics"]),
  ("MeasurementsTests", ["Measurements", "ScenarioModel", "SimulationBasics"]),
  (
    "ScenarioFilesTests",
    ["ScenarioFiles", "BundledModels", "BundledMeasurements", "ScenarioModel", "SimulationBasics"]
  ),
  (
    "RequestProgramsTests",
    ["BundledModels", "ScenarioFiles", "RequestPrograms", "ScenarioModel", "SimulationBasics"]
  ),
  (
    "ContentionEngineTests",
    [
      "BundledModels", "ScenarioFiles", "Experiments", "ContentionEngine", "RequestPrograms",
      "Measurements",
      "ScenarioModel", "SimulationBasics",
    ]
  ),
  (
    "PublishedResultsTests",
    [
      "BundledModels", "ScenarioFiles", "Experiments", "ContentionEngine", "RequestPrograms",
      "EventKernel", "Measurements", "ScenarioModel", "SimulationBasics",
    ]
  ),
  (
    "ExperimentsTests",
    [
      "Experiments", "ContentionEngine", "RequestPrograms", "Measurements", "ScenarioModel",
      "SimulationBasics",
    ]
  ),
  (
    "ReportsTests",
    [
      "Reports", "Experiments", "ContentionEngine", "RequestPrograms", "Measurements",
      "ScenarioModel", "SimulationBasics",
    ]
  ),
  (
    "CommandTests",
    [
      "simulate", "SimulateCommand", "Experiments", "ScenarioFiles", "Reports",
      "ContentionEngine", "BundledMeasurements", "ScenarioModel", "SimulationBasics",
    ]
  ),
  ("HouseRulesTests", []),
]

let package = Package(
  name: "contention-simulator",
  products: [
    .executable(name: "simulate", targets: ["simulate"]),
    .executable(name: "simulate-bench", targets: ["simulate-bench"]),
  ],
  targets: modules.map { module in
    .target(
      name: module.name, dependencies: module.imports.map { .byName(name: $0) },
      swiftSettings: strict)
  } + [
    .target(
      name: "BundledModels", path: "models", exclude: ["README.md"],
      resources: [
        .embedInCode("balance-charge.json5"),
        .embedInCode("balance-deduct.json5"),
        .embedInCode("balance-mixed.json5"),
        .embedInCode("payment-same-key.json5"),
        .embedInCode("order-create.json5"),
        .embedInCode("payment-process.json5"),
        .embedInCode("coupon-issue.json5"),
        .embedInCode("popular-products.json5"),
        .embedInCode("order-and-payment.json5"),
        .embedInCode("checkout-mix.json5"),
        .embedInCode("aws-backoff.json5"),
        .embedInCode("hot-row.json5"),
        .embedInCode("connection-pool.json5"),
        .embedInCode("metastable-retries.json5"),
        .embedInCode("agrawal-carey-livny-blocking.json5"),
        .embedInCode("agrawal-carey-livny-immediate-restart.json5"),
        .embedInCode("agrawal-carey-livny-optimistic.json5"),
        .embedInCode("row-locks-thrashing.json5"),
        .embedInCode("driver-none.json5"),
        .embedInCode("driver-optimistic.json5"),
        .embedInCode("driver-pessimistic.json5"),
        .embedInCode("driver-redis.json5"),
        .embedInCode("driver-three.json5"),
        .embedInCode("driver-deadlock.json5"),
        .embedInCode("driver-dup.json5"),
        .embedInCode("model.schema.json"),
      ], swiftSettings: strict),
    .target(
      name: "BundledMeasurements", path: "reports/measured-systems",
      exclude: ["README.md", "rebuild", "validation.csv", "validation.md"],
      resources: [.embedInCode("runs.csv"), .embedInCode("steps.csv")], swiftSettings: strict),
    .executableTarget(name: "simulate", dependencies: ["SimulateCommand"], swiftSettings: strict),
    .executableTarget(
      name: "simulate-bench",
      dependencies: modules.map { .byName(name: $0.name) } + ["BundledModels"],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["SimulationBasics"], path: "Tests/TestSupport",
      swiftSettings: strict),
  ]
    + tests.map { test in
      .testTarget(
        name: test.name, dependencies: ["TestSupport"] + test.uses.map { .byName(name: $0) },
        exclude: test.name == "ReportsTests" ? ["Golden"] : [], swiftSettings: strict)
    }
)
