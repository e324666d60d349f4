// swift-tools-version: 6.2
import PackageDescription

// A target may depend on targets of a lower layer only (see README, "How it is built"); the build runs with
// --explicit-target-dependency-import-check error, so an edge that is not written here does not compile.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Code that runs once a packet or once a request, or at a fault's instant, is optimised in debug builds too: what is
/// measured in tests is then what is shipped.
let hot: [SwiftSetting] = [.unsafeFlags(["-O"])]
/// What one request passes through. Generic code is made for its concrete types, and small functions of other modules are
/// inlined, only where modules are compiled whole; the loop's state belongs to one thread, so that overlapping accesses
/// are found by the compiler or not at all.
let hottest: [SwiftSetting] = [
    .unsafeFlags([
        "-whole-module-optimization", "-num-threads", "1", "-disable-batch-mode",
        "-cross-module-optimization",
        "-enforce-exclusivity=unchecked",
    ])
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grpc = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport = Target.Dependency.product(
    name: "GRPCNIOTransportHTTP2Posix",
    package: "grpc-swift-nio-transport"
)
let grpcProtobuf = Target.Dependency.product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let certificates = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let nio = ["NIOCore", "NIOTLS"].map { Target.Dependency.product(name: $0, package: "swift-nio") }
let ssl = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "faultline",
    products: [.executable(name: "faultline", targets: ["faultline"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // L0: words and system libraries.
        .target(name: "Measures"),
        .target(name: "CLinux"),
        .systemLibrary(
            name: "CNetlink",
            pkgConfig: "libnl-route-3.0",
            providers: [.apt(["libnl-3-dev", "libnl-route-3-dev"])]
        ),
        .systemLibrary(
            name: "CNftnl",
            pkgConfig: "libnftnl",
            providers: [.apt(["libnftnl-dev", "libmnl-dev"])]
        ),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),

        // L1: the pure line, left to right, and the door to Linux.
        .target(name: "Statistics", dependencies: ["Measures"]),
        .target(name: "Correctness", dependencies: ["Measures"]),
        .target(name: "Impairments", dependencies: ["Measures"]),
        .target(name: "Plan", dependencies: ["Impairments", "Measures", yaml]),
        .target(name: "Policy", dependencies: ["Measures", "Plan"]),
        .target(name: "Schedule", dependencies: ["Impairments", "Measures", "Plan"]),
        .target(name: "ReferenceTime", dependencies: ["Measures"]),
        .target(name: "Recording", dependencies: ["Measures", "ReferenceTime", histogram]),
        .target(
            name: "Timeline",
            dependencies: [
                "Impairments", "Measures", "Plan", "Recording", "ReferenceTime", "Schedule", "Statistics",
            ]
        ),
        // Protocols of loads, as bytes.
        .target(
            name: "Codecs",
            dependencies: ["CNghttp2", "Measures", "Plan", "Recording", crypto, cryptoExtras]
        ),
        .target(name: "Packets"),
        .target(
            name: "Decomposition",
            dependencies: [
                "Measures", "Packets", "Plan", "Recording", "ReferenceTime", "Schedule", "Timeline",
            ]
        ),
        .target(
            name: "Verdict",
            dependencies: [
                "Correctness", "Measures", "Statistics", "Plan", "Schedule", "Recording", "Timeline",
            ]
        ),
        .target(
            name: "Report",
            dependencies: [
                "Decomposition", "Measures", "Statistics", "Plan", "Schedule", "Recording", "ReferenceTime",
                "Timeline", "Verdict",
            ]
        ),
        .target(name: "LinuxSystem", dependencies: ["CLinux", "Measures"]),

        // L2: one door to each part of the kernel.
        .target(name: "Netlink", dependencies: ["CNetlink", "Impairments", "LinuxSystem", "Measures"]),
        .target(name: "Capture", dependencies: ["CPcap", "LinuxSystem", "Measures"]),
        .target(
            name: "TLS",
            dependencies: ["COpenSSL", "Codecs", "LinuxSystem", "Measures", "Plan"]
        ),
        .target(name: "Packetfilter", dependencies: ["CNftnl", "CLinux", "LinuxSystem", "Measures"]),
        .target(name: "SocketDiag", dependencies: ["LinuxSystem", "Measures"]),
        .target(name: "Processes", dependencies: ["CLinux", "LinuxSystem", "Measures"]),
        .target(name: "Cgroups", dependencies: ["CLinux", "LinuxSystem", "Measures"]),
        .target(name: "Stress", dependencies: ["CLinux", "LinuxSystem", "Measures"]),
        .target(name: "Undoing", dependencies: ["Processes"]),
        .target(
            name: "Keys",
            dependencies: ["LinuxSystem", "Measures", asn1, certificates, crypto, ssl] + nio
        ),

        // L3: what one host does.
        .target(
            name: "Faults",
            dependencies: [
                "Cgroups", "Impairments", "LinuxSystem", "Measures", "Netlink", "Packetfilter", "Processes",
                "Recording", "SocketDiag", "Stress", "Undoing",
            ]
        ),
        .target(
            name: "Load",
            dependencies: [
                "Codecs", "Correctness", "LinuxSystem", "Measures", "Plan", "Recording", "Schedule", "TLS",
            ]
        ),
        .target(name: "ClockSync", dependencies: ["LinuxSystem", "Measures", "ReferenceTime"]),
        .target(name: "Journal", dependencies: ["Measures", "Processes", "Undoing", database]),
        .target(name: "RunIndex", dependencies: ["Measures", "Recording", "Verdict", database]),
        .target(name: "AgentProtocol", dependencies: [grpc, grpcProtobuf, protobuf]),

        // L4: many hosts.
        .target(name: "Lab", dependencies: ["Measures", "Plan", "LinuxSystem", "Netlink", "Processes"]),
        .target(
            name: "Agent",
            dependencies: [
                "AgentProtocol", "Capture", "Cgroups", "ClockSync", "Codecs", "Faults", "Impairments",
                "Journal", "Keys", "LinuxSystem", "Load", "Measures", "Netlink", "Packetfilter", "Plan",
                "Policy",
                "Processes", "Recording", "ReferenceTime", "Schedule", "Stress", "Undoing", certificates,
                grpc,
                grpcTransport, protobuf,
            ] + nio
        ),
        .target(
            name: "Coordinator",
            dependencies: [
                "AgentProtocol", "ClockSync", "Correctness", "Decomposition", "Faults", "Impairments", "Keys",
                "Lab", "LinuxSystem", "Load", "Measures", "Packets", "Plan", "Processes", "Recording",
                "ReferenceTime", "Report", "Schedule", "Statistics", "Timeline", "Verdict", grpc,
                grpcTransport, protobuf,
            ]
        ),

        // L6: flags in, one call, text out.
        .executableTarget(
            name: "faultline",
            dependencies: [
                "Agent", "AgentProtocol", "Cgroups", "Coordinator", "Correctness", "Impairments", "Lab",
                "LinuxSystem", "Measures", "Netlink", "Packetfilter", "Plan", "Policy", "SocketDiag",
                "Processes", "Recording", "ReferenceTime", "Report", "Schedule", "Statistics", "Timeline",
                "Verdict", "Faults", "Journal", "Keys", "RunIndex", "Stress", argumentParser, certificates,
            ]
        ),

        // Figures, run by hand: make bench.
        .target(name: "CBench", path: "Sources/Benchmarks/CBench"),
        .target(
            name: "BenchSupport",
            dependencies: ["Faults", "LinuxSystem", "Measures", "Undoing"],
            path: "Sources/Benchmarks/BenchSupport"
        ),
        bench(
            "QueueBench",
            """
            BenchSupport CBench Faults Impairments LinuxSystem Measures Netlink Packetfilter Undoing
            """
        ),
        bench(
            "ArmingBench",
            """
            BenchSupport CBench Faults Impairments LinuxSystem Measures Netlink Packetfilter Undoing
            """
        ),
        bench("ClockBench", "BenchSupport ClockSync LinuxSystem Measures ReferenceTime TestSupport"),
        bench(
            "SplitBench",
            """
            BenchSupport Capture ClockSync Decomposition Faults Impairments LinuxSystem Load Measures
            Packetfilter Packets Plan Recording ReferenceTime Schedule Timeline
            """
        ),
        .target(name: "CAllocations", path: "Sources/Benchmarks/CAllocations"),
        bench(
            "LoadBench",
            """
            BenchSupport CAllocations Capture LinuxSystem Load Measures Packets Plan Recording Schedule
            """
        ),

        // What a test of deaths kills.
        .executableTarget(
            name: "KillPointWorker",
            dependencies: [
                "Agent", "Faults", "Impairments", "Journal", "LinuxSystem", "Measures", "Packetfilter",
                "Processes", "Stress", "TestSupport",
            ],
            path: "Tests/KillPointWorker"
        ),
        bench("DeathBench", "AgentSupport LinuxSystem Measures Processes"),
        bench("EdgeBench", "AgentSupport BenchSupport CBench LinuxSystem Measures Processes Recording"),

        // A real agent with nobody but a test or a benchmark as its coordinator.
        .target(
            name: "AgentSupport",
            dependencies: [
                "AgentProtocol", "ClockSync", "Coordinator", "LinuxSystem", "Measures", "Processes",
                "Recording", protobuf,
            ],
            path: "Tests/AgentSupport"
        ),

        // Tests. TestSupport holds what several of them need.
        .target(
            name: "TestSupport",
            dependencies: ["CLinux", "LinuxSystem", "Measures", "Netlink", "Packetfilter"],
            path: "Tests/TestSupport"
        ),
        tests("Correctness", "Correctness Measures", resources: [.copy("Cases")]),
        tests("Statistics", "Measures Statistics", resources: [.copy("Cases")]),
        tests("Impairments", "Impairments Measures"),
        tests("Plan", "Impairments Measures Plan"),
        tests("Policy", "Measures Plan Policy"),
        tests("Schedule", "Measures Plan Schedule"),
        tests("Recording", "Measures Recording"),
        tests(
            "Timeline",
            "Measures Plan Recording ReferenceTime Schedule Timeline",
            resources: [.copy("Cases")]
        ),
        tests("Codecs", "Codecs Measures Plan Recording TestSupport", resources: [.copy("Cases")]),
        tests("Packets", "Measures Packets"),
        tests(
            "Decomposition",
            "Decomposition Impairments Measures Packets Plan Recording ReferenceTime Schedule Timeline"
        ),
        tests("RunIndex", "Measures Recording RunIndex Verdict", [database]),
        tests("Verdict", "Correctness Measures Plan Recording Schedule Statistics Timeline Verdict"),
        tests("Report", "Decomposition Measures Plan Recording Report Schedule Statistics Timeline Verdict"),
        tests("LinuxSystem", "CLinux LinuxSystem Measures TestSupport"),
        tests("Netlink", "CNetlink Impairments LinuxSystem Measures Netlink TestSupport"),
        tests("Packetfilter", "CNftnl LinuxSystem Measures Packetfilter TestSupport"),
        tests("SocketDiag", "LinuxSystem Measures SocketDiag TestSupport"),
        tests(
            "Capture",
            """
            CPcap Capture Decomposition LinuxSystem Measures Netlink Packets Plan Processes Recording
            ReferenceTime Schedule TestSupport Timeline
            """
        ),
        tests("Processes", "CLinux LinuxSystem Measures Processes TestSupport"),
        tests("Cgroups", "Cgroups LinuxSystem Measures TestSupport"),
        tests("Keys", "Keys LinuxSystem Measures Processes", [certificates]),
        tests("Journal", "Journal Measures Processes Undoing", [database]),
        tests("ReferenceTime", "Measures ReferenceTime"),
        tests("ClockSync", "ClockSync LinuxSystem Measures ReferenceTime TestSupport"),
        tests(
            "Load",
            """
            Codecs Correctness LinuxSystem Load Measures Plan Recording Schedule TLS TestSupport Timeline
            """,
            [grpc, grpcTransport],
            resources: [.copy("Certificates")]
        ),
        tests(
            "Faults",
            """
            CLinux Cgroups ClockSync Faults Impairments LinuxSystem Measures Netlink Packetfilter
            Processes Recording ReferenceTime SocketDiag Stress TestSupport Undoing
            """
        ),
        tests(
            "Agent",
            """
            Agent AgentProtocol ClockSync Faults Impairments Journal LinuxSystem Measures Packetfilter
            Plan Policy Processes Recording ReferenceTime TestSupport Undoing
            """,
            [grpc, protobuf]
        ),
        tests(
            "Coordinator",
            """
            AgentProtocol Coordinator Impairments Lab LinuxSystem Measures Plan Recording Schedule
            TestSupport Verdict
            """,
            [protobuf]
        ),
        // Real agents, and strangers that knock.
        tests(
            "Wire",
            "AgentProtocol Coordinator Keys LinuxSystem Measures Processes TestSupport faultline",
            [protobuf]
        ),
        // Agents in namespaces that share nothing but a bridge, and coordinators that die.
        tests(
            "Fleet",
            "AgentProtocol Coordinator Keys LinuxSystem Measures Netlink Processes Recording TestSupport faultline",
            [grpc, grpcProtobuf, grpcTransport, protobuf]
        ),
        // Agents, and what stands in for them, killed at drawn instants.
        tests(
            "KillPoint",
            """
            Agent AgentSupport Cgroups KillPointWorker LinuxSystem Measures Netlink Packetfilter Processes
            TestSupport faultline
            """
        ),
        // Whole experiments by the built program, in labs of their own.
        tests(
            "Experiment",
            """
            AgentSupport Lab LinuxSystem Measures Packetfilter Processes Recording TestSupport Verdict
            faultline
            """
        ),
    ]
)

/// The tests of one target, in Tests/NAMETests. `targets`: names with white space between.
func tests(
    _ name: String,
    _ targets: String,
    _ products: [Target.Dependency] = [],
    resources: [Resource] = []
) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: named(targets) + products, resources: resources)
}

func named(_ targets: String) -> [Target.Dependency] {
    targets.split { $0.isWhitespace }.map { Target.Dependency(stringLiteral: String($0)) }
}

/// Figures of one kind, in Sources/Benchmarks/NAME.
func bench(_ name: String, _ targets: String) -> Target {
    .executableTarget(name: name, dependencies: named(targets), path: "Sources/Benchmarks/\(name)")
}

for target in package.targets {
    switch target.type {
    case .system, .plugin, .binary: continue
    default: target.swiftSettings = (target.swiftSettings ?? []) + settings
    }
    let measured = [
        "ClockSync", "Codecs", "Decomposition", "Faults", "Impairments", "LinuxSystem", "Load", "LoadBench",
        "Measures", "Netlink", "Packetfilter", "Packets", "Plan", "Processes", "Recording", "ReferenceTime",
        "Schedule", "Stress", "TLS", "Timeline",
    ]
    if measured.contains(target.name) {
        target.swiftSettings = (target.swiftSettings ?? []) + hot
    }
    if ["Codecs", "LinuxSystem", "Load", "LoadBench", "Measures", "Recording", "Schedule"].contains(
        target.name
    ) {
        target.swiftSettings = (target.swiftSettings ?? []) + hottest
    }
}
