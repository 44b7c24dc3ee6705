// swift-tools-version: 6.2
import PackageDescription

func variable(_ name: String) -> String? {
    Context.environment[name].flatMap { $0.isEmpty ? nil : $0 }
}

/// A Slurm outside /usr (ParallelCluster: /opt/slurm), named by SLURM_PREFIX.
///
/// Headers and library come from there, and its lib folder becomes the binary's run path. Always build through
/// scripts/build, which keeps one scratch path per prefix: the module cache does not notice a changed include path.
let slurmPrefix = variable("SLURM_PREFIX")
/// Whether the prefix is used only for the build, because Slurm is in another folder where fleet runs; scripts/package
/// builds for each release in this way.
let isBorrowed = variable("SLURM_PREFIX_BORROWED") != nil
/// The folders in which the binary looks for libslurm, in addition to those of ld.so.
let runPaths =
    isBorrowed
    ? ["/opt/slurm/lib", "/opt/slurm/lib64"]
    : slurmPrefix.map { ["\($0)/lib", "\($0)/lib64"] } ?? []
/// The borrowed prefix has a name of its own too, so that code compiled for one release is not used for another.
let slurmIncludes =
    slurmPrefix.map {
        ["-Xcc", "-I\($0)/include", "-Xcc"]
            + [isBorrowed ? "-DCSLURM_BORROWED=\"\($0)\"" : "-DCSLURM_PREFIX=\"\($0)\""]
    } ?? []
let slurmLinks =
    (slurmPrefix.map { ["-L\($0)/lib", "-L\($0)/lib64"] } ?? [])
    + runPaths.flatMap { ["-Xlinker", "-rpath", "-Xlinker", $0] }
    // The libraries that another system's libslurm needs are on that system.
    + (isBorrowed ? ["-Xlinker", "--allow-shlib-undefined"] : [])

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Set by scripts/build where the binary is for this machine alone, and its glibc can read packed relocations (2.36).
///
/// A static Swift binary has 90,000 relocations: packed they are 20 KB instead of 2.5 MB to read at each start.
let packsRelocations = variable("FLEET_PACKED_RELOCATIONS") != nil
let programLinker: [LinkerSetting] =
    packsRelocations
    ? [
        .unsafeFlags([
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
        ])
    ] : []

let slurmLinker: [LinkerSetting] = slurmLinks.isEmpty ? [] : [.unsafeFlags(slurmLinks)]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

/// A target with its own folder: it may use only the targets that it names.
func room(
    _ name: String, _ dependencies: [Target.Dependency], scripts: String? = nil,
    linker: [LinkerSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies,
        resources: scripts.map { [.embedInCode($0)] } ?? [], swiftSettings: settings,
        linkerSettings: linker)
}

/// The tests of one target, in the folder of its name.
func tests(_ room: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: room + "Tests", dependencies: [.byName(name: room), "TestSupport"] + dependencies,
        exclude: exclude, swiftSettings: settings)
}

/// Targets without the Slurm library: they build and start on machines that lack it.
let ground: [Target] = [
    .target(name: "CTerminal", path: "Modules/CTerminal"),
    // Every program has it through Platform.
    .target(name: "CGlibc", path: "Modules/CGlibc"),
    room("Platform", ["CGlibc", system]),
    room("Terminal", ["CTerminal", "Platform", argumentParser, system]),
    room("SlurmModel", []),
    room("FanOut", ["Platform", "SlurmModel", system], scripts: "Scripts"),
    room("Verdicts", ["FanOut", "Platform", "SlurmModel"]),
    room("Runs", ["FanOut", "Platform", "SlurmModel", "Verdicts", system]),
    room(
        "History", ["FanOut", "Platform", "Runs", "SlurmModel", "Verdicts", system, grdb]),
    room("Acting", ["FanOut", "History", "Platform", "SlurmModel", "Verdicts"]),
    room(
        "Configuration",
        [
            "FanOut", "Platform", "SlurmModel", "Verdicts", system, argumentParser,
            .product(name: "Yams", package: "Yams"),
        ]),
    // For the operator's own machine: it uses pcluster and aws, and does not need Slurm.
    .target(
        name: "ParallelCluster",
        dependencies: [
            "Platform", "Terminal", argumentParser, subprocess, system,
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            .product(name: "Yams", package: "Yams"),
        ],
        resources: [
            .embedInCode("Data/cluster-config.yaml.template"),
            .embedInCode("Data/cluster-config.keys"),
        ],
        swiftSettings: settings),
    .executableTarget(
        name: "fleet-cluster", dependencies: ["ParallelCluster"], swiftSettings: settings,
        linkerSettings: programLinker),
]

/// Targets that talk to slurmctld, and the probes with their tables.
let upper: [Target] = [
    .systemLibrary(name: "CSlurm", path: "Modules/CSlurm"),
    // Without pkgConfig: it would put -L of /usr before that of SLURM_PREFIX, and fleet would be linked with /usr's libslurm.
    .systemLibrary(
        name: "CZlib", path: "Modules/CZlib",
        providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"])]),
    room("SlurmKit", ["CSlurm", "Platform", "SlurmModel"], linker: slurmLinker),
    room(
        "Reports",
        ["FanOut", "Platform", "Runs", "SlurmKit", "SlurmModel", "Terminal", "Verdicts", system]),
    room(
        "GPUCheck",
        ["CZlib", "FanOut", "Platform", "Reports", "SlurmModel", "Terminal", "Verdicts"],
        scripts: "Scripts"),
    room(
        "LustreCheck", ["FanOut", "Platform", "Reports", "SlurmModel", "Terminal", "Verdicts"],
        scripts: "Scripts"),
    room(
        "DefinedChecks",
        [
            "Configuration", "FanOut", "Platform", "Reports", "SlurmKit", "SlurmModel", "Terminal",
            "Verdicts", argumentParser, system, .product(name: "Yams", package: "Yams"),
        ]),
    room(
        "Health",
        [
            "DefinedChecks", "FanOut", "GPUCheck", "LustreCheck", "Platform", "Reports", "SlurmKit",
            "SlurmModel", "Terminal", "Verdicts",
        ], scripts: "Scripts"),
    room(
        "ClusterView",
        [
            "Acting", "FanOut", "History", "Platform", "Reports", "SlurmKit", "SlurmModel",
            "Terminal", "Verdicts", argumentParser,
        ]),
    // Which probes there are: what is below it names none, so that a changed rule compiles little anew.
    room("Probes", ["DefinedChecks", "GPUCheck", "Health", "LustreCheck", "Verdicts"]),
    room(
        "Sweeps",
        [
            "Configuration", "DefinedChecks", "FanOut", "History", "Platform", "Reports", "Runs",
            "SlurmKit", "SlurmModel", "Terminal", "Verdicts",
            argumentParser, subprocess, system,
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ]),
    room(
        "Commands",
        [
            "Acting", "CTerminal", "ClusterView", "Configuration", "DefinedChecks", "FanOut",
            "GPUCheck", "Health", "History", "LustreCheck", "ParallelCluster", "Platform",
            "Probes", "Reports", "Runs", "SlurmKit", "SlurmModel", "Sweeps", "Terminal", "Verdicts",
            argumentParser,
            subprocess, system,
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ]),
    .executableTarget(
        name: "fleet", dependencies: ["Commands"], swiftSettings: settings,
        linkerSettings: programLinker),
]

let testTargets: [Target] = [
    .target(
        name: "TestSupport",
        dependencies: [
            "FanOut", "History", "Platform", "Runs", "SlurmModel", "Verdicts", subprocess, system,
        ],
        path: "Tests/TestSupport", swiftSettings: settings),
    .executableTarget(
        name: "HistoryWriter", dependencies: ["History", "TestSupport"],
        path: "Tests/HistoryWriter", swiftSettings: settings),
    tests("Platform", ["FanOut", system]),
    tests("Terminal", ["Verdicts"]),
    tests("SlurmModel", []),
    tests("SlurmKit", ["CSlurm", "Platform", "SlurmModel"]),
    tests("FanOut", ["Platform", "SlurmModel", "Verdicts", subprocess, system]),
    tests("Verdicts", ["FanOut", "SlurmModel"]),
    tests(
        "Runs",
        [
            "DefinedChecks", "FanOut", "GPUCheck", "LustreCheck", "Platform", "Probes",
            "SlurmModel", "Verdicts", system,
        ]),
    tests(
        "History",
        ["FanOut", "HistoryWriter", "Platform", "Runs", "Verdicts", grdb, subprocess, system]),
    tests("Acting", ["FanOut", "History", "SlurmModel", "Verdicts"]),
    tests(
        "Configuration",
        ["FanOut", "GPUCheck", "LustreCheck", "Platform", "Probes", "SlurmModel", "Verdicts"]),
    tests(
        "GPUCheck",
        [
            "FanOut", "Platform", "Reports", "SlurmModel", "Terminal", "Verdicts", subprocess,
            system,
        ]),
    tests(
        "LustreCheck",
        [
            "FanOut", "Platform", "Probes", "Reports", "SlurmModel", "Verdicts", subprocess, system,
        ]),
    tests(
        "DefinedChecks",
        [
            "Configuration", "FanOut", "Platform", "Reports", "SlurmModel", "Terminal", "Verdicts",
            subprocess, system,
        ]),
    tests(
        "Commands",
        [
            "Acting", "ClusterView", "Configuration", "DefinedChecks", "FanOut", "GPUCheck",
            "Health", "History", "LustreCheck", "ParallelCluster", "Platform", "Probes",
            "Reports", "Runs", "SlurmKit", "SlurmModel", "Sweeps", "Terminal", "Verdicts",
            argumentParser, subprocess, system,
        ], exclude: ["Goldens"]),
    tests(
        "Health",
        [
            "DefinedChecks", "FanOut", "GPUCheck", "LustreCheck", "Reports", "Runs", "SlurmModel",
            "Terminal", "Verdicts", subprocess, system,
        ]),
    tests("Reports", ["FanOut", "Platform", "SlurmKit", "SlurmModel", "Terminal", "Verdicts"]),
    tests(
        "ClusterView",
        [
            "Acting", "History", "Platform", "SlurmKit", "SlurmModel", "Terminal", "Verdicts",
        ]),
    tests(
        "Sweeps",
        [
            "Configuration", "FanOut", "GPUCheck", "History", "Platform", "Probes", "Runs",
            "SlurmModel", "Terminal", "Verdicts", argumentParser, system,
        ]),
    tests("ParallelCluster", ["Terminal", argumentParser], exclude: ["Goldens"]),
    .testTarget(
        name: "PclusterTests", dependencies: ["TestSupport", "fleet-cluster", subprocess, system],
        exclude: ["Goldens"],
        swiftSettings: settings),
    .testTarget(
        name: "ClusterTests", dependencies: ["TestSupport", subprocess, system],
        swiftSettings: settings),
]

// Only targets that use SlurmKit depend on the Slurm release; the others are compiled once for all releases.
if !slurmIncludes.isEmpty {
    for target in upper + testTargets where target.type != .system {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(slurmIncludes)]
    }
}

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
    targets: ground + upper + testTargets,
    swiftLanguageModes: [.v6]
)
