// swift-tools-version: 6.2
import PackageDescription

let rules: [SwiftSetting] = [
  .enableExperimentalFeature("Lifetimes"),  // our own types may hand out spans, as in swift-nio
  .enableUpcomingFeature("InternalImportsByDefault"),  // C types cannot leak into our API
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),  // unsafe code says `unsafe`, or fails to build
]

/// For rooms with loops over samples and values, which tests would wait for in a debug build.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// SIMD loops are as fast in a debug build.
let kernelRules: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=fast", "-fno-math-errno"])]

/// A C library of the system, by its module map in `Sources/C`.
func system(_ name: String, apt package: String) -> Target {
  .systemLibrary(name: "C\(name)", path: "Sources/C/\(name)", providers: [.apt([package])])
}

/// A room of `Sources/Shared`.
func room(_ name: String, _ dependencies: Target.Dependency..., settings: [SwiftSetting] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Shared/\(name)", swiftSettings: rules + settings)
}

/// A program of `Sources`.
func program(_ name: String, _ dependencies: Target.Dependency..., resources: [Resource] = []) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + [arguments, logging], resources: resources, swiftSettings: rules)
}

/// The tests of one target.
func tests(of name: String, _ dependencies: Target.Dependency..., resources: [Resource] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, resources: resources,
    swiftSettings: [.enableUpcomingFeature("ExistentialAny")])
}

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let pages: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "antiphon",
  products: [
    .executable(name: "antiphon", targets: ["Antiphon"]),
    .executable(name: "paramserver", targets: ["ParamServer"]),
    .executable(name: "worker", targets: ["Worker"]),
    .library(name: "Tensors", targets: ["Tensors"]),  // these eight for Benchmarks
    .library(name: "Layers", targets: ["Layers"]),
    .library(name: "Models", targets: ["Models"]),
    .library(name: "Parameters", targets: ["Parameters"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Audio", targets: ["Audio"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "ClockShift", type: .dynamic, targets: ["ClockShift"]),  // for tests
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", .upToNextMinor(from: "0.27.1")),
  ],
  targets: [
    system("OpenBLAS", apt: "libopenblas-dev"),
    system("ZeroMQ", apt: "libzmq3-dev"),
    system("FFTW", apt: "libfftw3-dev"),
    system("SndFile", apt: "libsndfile1-dev"),
    system("Soxr", apt: "libsoxr-dev"),
    system("Curl", apt: "libcurl4-openssl-dev"),
    system("PNG", apt: "libpng-dev"),
    system("Zip", apt: "libzip-dev"),
    .target(name: "Kernels", path: "Sources/C/Kernels", cSettings: kernelRules),

    room("Tensors", "COpenBLAS", "Kernels", settings: optimized),
    room("Audio", "Tensors", "Kernels", "CFFTW", "CSndFile", "CSoxr", settings: optimized),
    room("Records", "Tensors"),
    room("Datasets", "Records", "Tensors", "Audio", logging, settings: optimized),
    room("Layers", "Tensors"),
    room("Models", "Layers", "Tensors"),
    room("Evaluation", "Tensors"),
    room("Captions"),
    room("Figures", "CPNG"),
    room("Parameters", "Tensors", settings: optimized),
    room("Processes"),
    room("Curl", "CCurl"),
    room("Buckets", "Curl"),
    room("Media", "Audio", "Curl", "Processes"),
    room("Checkpoints", "Buckets", "Parameters", "Tensors"),
    room("Wire", "Parameters", "Tensors"),
    room("Transport", "CZeroMQ", "Wire", "Parameters", "Tensors", logging),
    room("Training", "Checkpoints", "Parameters", "Models", "Layers", "Datasets", "Tensors", logging),
    room("Embeddings", "CZip", "Audio", "Checkpoints", "Datasets", "Models", "Tensors"),
    room("Telemetry", "Records"),
    room("Clusters", "Parameters", "Processes", "Telemetry", "Transport"),
    room("Planning", "Parameters", "Tensors"),
    room("HTTP", pages, .product(name: "FlyingSocks", package: "FlyingFox")),
    room("Programs", "Clusters", "HTTP", "Telemetry", arguments, logging),

    program(
      "ParamServer", "Tensors", "Parameters", "Checkpoints", "Wire", "Transport", "Training", "Models", "Clusters",
      "Telemetry",
      "HTTP", "Programs"),
    program(
      "Worker", "Checkpoints", "Parameters", "Transport", "Training", "Models", "Datasets", "Clusters", "Telemetry",
      "Evaluation",
      "HTTP",
      "Programs"),
    program(
      "Antiphon", "Audio", "Datasets", "Embeddings", "Layers", "Models", "Evaluation", "Parameters", "Checkpoints",
      "Wire", "Transport", "Training", "Telemetry", "Clusters", "Planning", "Figures", "Captions", "Media", "Processes",
      "Tensors",
      "HTTP",
      resources: [.embedInCode("Dashboard/page"), .embedInCode("Report/page"), .embedInCode("Serve/page")]),

    .target(
      name: "Faults",
      dependencies: [
        "Wire", "Transport", "Parameters", "Checkpoints", "Clusters", "Models", "Processes", "Telemetry", "Tensors",
        "Training",
      ],
      path: "Tests/Faults", exclude: ["fuzz", "long"], swiftSettings: [.enableUpcomingFeature("ExistentialAny")]),
    .target(name: "ClockShift", path: "Tests/ClockShift"),
    .executableTarget(
      name: "FaultRuns", dependencies: ["Faults", "Clusters", "Transport", "Parameters", "Tensors", arguments],
      path: "Tests/FaultRuns"),
    .target(name: "ObjectStores", path: "Tests/ObjectStores", exclude: ["store.py"]),
    tests(of: "Buckets", "ObjectStores"),
    tests(of: "Faults", "Wire", "Transport", "Parameters", "Tensors"),
    .target(
      name: "KernelVariants", dependencies: ["Kernels"], path: "Tests/KernelVariants", cSettings: kernelRules),
    tests(of: "Tensors", "KernelVariants"),
    tests(
      of: "Antiphon", "Audio", "Checkpoints", "Clusters", "Datasets", "Models", "ObjectStores", "Parameters",
      "Planning",
      "RawClients", "Telemetry", "Tensors", "Training"),
    tests(of: "Audio", "Kernels", resources: [.copy("Fixtures")]),
    tests(of: "Datasets", "Records", "Tensors", "Audio", resources: [.copy("Fixtures")]),
    tests(
      of: "Embeddings", "Audio", "Checkpoints", "Datasets", "Models", "Parameters", "Tensors", "Training",
      resources: [.copy("Fixtures")]),
    tests(of: "Evaluation", "Tensors", resources: [.copy("Fixtures")]),
    tests(of: "Captions"),
    tests(of: "Media", "Audio"),
    tests(of: "Figures"),
    tests(of: "Clusters", "Parameters", "Processes", "Transport"),
    .target(
      name: "RawClients", path: "Tests/RawClients", swiftSettings: [.enableUpcomingFeature("ExistentialAny")]),
    tests(of: "HTTP", "RawClients"),
    tests(of: "Checkpoints", "Buckets", "ObjectStores", "Parameters", "Tensors"),
    tests(of: "Telemetry", "Datasets", "Records", "Tensors"),
    tests(of: "Wire", "Parameters"),
    tests(
      of: "Transport", "Wire", "Parameters", "Tensors", "Training", "Models", "Layers", "Datasets", logging),
    tests(of: "Training", "Parameters", "Models", "Layers", "Datasets", "Tensors", logging),
    tests(of: "Layers", "Tensors"),
    tests(of: "Models", "Layers", "Tensors", resources: [.copy("Fixtures")]),
    tests(of: "Parameters", "Tensors"),
    tests(of: "Planning", "Parameters"),
    tests(of: "Processes"),
    tests(of: "Curl"),
  ]
)
