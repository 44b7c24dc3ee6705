// swift-tools-version: 6.2
import PackageDescription

/// A Slurm outside /usr (ParallelCluster: /opt/slurm), named by SLURM_PREFIX.
///
/// Headers and library come
/// from there, and its lib folder becomes the binary's run path. Build through scripts/build, which
/// keeps one scratch path per prefix: the module cache does not notice a changed include path.
let slurmPrefix = Context.environment["SLURM_PREFIX"].flatMap { $0.isEmpty ? nil : $0 }
let slurmIncludes =
    slurmPrefix.map { ["-Xcc", "-I\($0)/include", "-Xcc", "-DCSLURM_PREFIX=\"\($0)\""] } ?? []
let slurmLinks =
    slurmPrefix.map { prefix in
        ["\(prefix)/lib", "\(prefix)/lib64"].flatMap {
            ["-L\($0)", "-Xlinker", "-rpath", "-Xlinker", $0]
        }
    } ?? []

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ] + (slurmIncludes.isEmpty ? [] : [.unsafeFlags(slurmIncludes)])

let slurmLinker: [LinkerSetting] = slurmLinks.isEmpty ? [] : [.unsafeFlags(slurmLinks)]

let package = Package(
    name: "fleet",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
    ],
    targets: [
        .systemLibrary(name: "CSlurm", path: "Modules/CSlurm"),
        .target(name: "CTerminal", path: "Modules/CTerminal"),
        .target(name: "SlurmModel", swiftSettings: settings),
        .target(
            name: "SlurmKit", dependencies: ["CSlurm", "SlurmModel"], swiftSettings: settings,
            linkerSettings: slurmLinker),
        .target(
            name: "FleetCore",
            dependencies: [
                "SlurmModel",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            resources: [.embedInCode("Probes/Scripts")],
            swiftSettings: settings),
        .target(
            name: "FleetStore",
            dependencies: ["FleetCore", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .target(
            name: "FleetCommands",
            dependencies: [
                "CTerminal", "FleetCore", "FleetStore", "SlurmKit", "SlurmModel",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),
        .executableTarget(name: "fleet", dependencies: ["FleetCommands"], swiftSettings: settings),
        // Knows nothing of SlurmKit: it runs on the operator's own machine, where there is no libslurm.
        .target(
            name: "ParallelCluster",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [
                .embedInCode("Data/cluster-config.yaml.template"),
                .embedInCode("Data/cluster-config.keys"),
            ],
            swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["FleetCore"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .executableTarget(
            name: "HistoryWriter", dependencies: ["FleetCore", "FleetStore", "TestSupport"],
            path: "Tests/HistoryWriter", swiftSettings: settings),
        .testTarget(
            name: "SlurmModelTests", dependencies: ["SlurmModel", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "SlurmKitTests",
            dependencies: ["SlurmKit", "SlurmModel", "CSlurm", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "FleetCoreTests",
            dependencies: [
                "FleetCore", "SlurmModel", "TestSupport",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FleetStoreTests",
            dependencies: [
                "FleetCore", "FleetStore", "HistoryWriter", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FleetCommandsTests",
            dependencies: [
                "FleetCommands", "FleetCore", "FleetStore", "SlurmKit", "SlurmModel", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Goldens"],
            swiftSettings: settings),
        .testTarget(
            name: "ParallelClusterTests", dependencies: ["ParallelCluster", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ClusterTests",
            dependencies: [
                "TestSupport",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
