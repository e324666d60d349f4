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
let grpcTransport = products("GRPCNIOTransportHTTP2Posix grpc-swift-nio-transport")[0]
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
let client = products("AsyncHTTPClient async-http-client", "NIOCore swift-nio", "NIOHTTP1 swift-nio")
let web =
    client
    + products(
        "HTTPTypes swift-http-types",
        "Hummingbird hummingbird",
        "Logging swift-log",
        "ServiceLifecycle swift-service-lifecycle"
    )
let cases = [Resource.copy("Cases")]

let package = Package(
    name: "faultline",
    products: [.executable(name: "faultline", targets: ["faultline"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // L0: words and system libraries.
        .target(name: "Measures"),
        .target(name: "CLinux"),
        door("CNetlink", "libnl-route-3.0", "libnl-3-dev", "libnl-route-3-dev"),
        door("CNftnl", "libnftnl", "libnftnl-dev", "libmnl-dev"),
        door("COpenSSL", "openssl", "libssl-dev"),
        door("CPcap", "libpcap", "libpcap-dev"),
        door("CNghttp2", "libnghttp2", "libnghttp2-dev"),
        // Opened when it is needed, by declarations of our own.
        .systemLibrary(name: "CSystemd"),

        // L1: the pure line, left to right, and the door to Linux.
        part("Statistics", "Measures"),
        part("Correctness", "Measures"),
        part("Impairments", "Measures"),
        part("Containers", "Measures"),
        part("Plan", "Containers Impairments Measures", [yaml]),
        part("Policy", "Containers Measures Plan"),
        part("Schedule", "Impairments Measures Plan"),
        part("ReferenceTime", "Measures"),
        part("Recording", "Measures ReferenceTime", [histogram]),
        part("Timeline", "Impairments Measures Plan Recording ReferenceTime Schedule Statistics"),
        // Protocols of loads, as bytes.
        part("Codecs", "CNghttp2 Measures Plan Recording", [crypto, cryptoExtras]),
        .target(name: "Packets"),
        part("Decomposition", "Measures Packets Plan Recording ReferenceTime Schedule Timeline"),
        part("Verdict", "Correctness Measures Statistics Plan Schedule Recording Timeline"),
        part(
            "Report",
            "Decomposition Measures Statistics Plan Schedule Recording ReferenceTime Timeline Verdict"
        ),
        part("Telemetry", "Impairments Measures Plan Recording Schedule Timeline"),
        part("LinuxSystem", "CLinux Measures"),

        // L2: one door to each part of the kernel.
        part("Netlink", "CNetlink Impairments LinuxSystem Measures"),
        part("Capture", "CPcap LinuxSystem Measures"),
        part("TLS", "COpenSSL Codecs LinuxSystem Measures Plan"),
        part("Packetfilter", "CNftnl CLinux LinuxSystem Measures"),
        part("SocketDiag", "LinuxSystem Measures"),
        part("Processes", "CLinux LinuxSystem Measures"),
        part("Cgroups", "CLinux LinuxSystem Measures"),
        part("Stress", "CLinux LinuxSystem Measures"),
        part("Systemd", "CSystemd LinuxSystem Measures"),
        // Who runs containers, by their own APIs.
        part(
            "Engines",
            "Cgroups Containers LinuxSystem Measures Processes RuntimeProtocol",
            client + [grpc, grpcTransport, ssl, yaml]
        ),
        part("RuntimeProtocol", "", [grpc, grpcProtobuf, protobuf]),
        part("Undoing", "Containers Engines Processes"),
        part("Keys", "LinuxSystem Measures", [asn1, certificates, crypto, ssl] + nio),

        // L3: what one host does.
        part(
            "Faults",
            """
            Cgroups Containers Engines Impairments LinuxSystem Measures Netlink Packetfilter Processes
            Recording SocketDiag Stress Systemd Undoing
            """
        ),
        part("Load", "Codecs Correctness LinuxSystem Measures Plan Recording Schedule TLS"),
        part("ClockSync", "LinuxSystem Measures ReferenceTime"),
        part("Journal", "Measures Processes Undoing", [database]),
        part("RunIndex", "Measures Recording Verdict", [database]),
        part("AgentProtocol", "", [grpc, grpcProtobuf, protobuf]),

        // L4: many hosts.
        part("Lab", "Measures Plan LinuxSystem Netlink Processes"),
        part(
            "Agent",
            """
            AgentProtocol Capture Cgroups ClockSync Codecs Containers Engines Faults Impairments Journal Keys
            LinuxSystem Load Measures Netlink Packetfilter Plan Policy Processes Recording ReferenceTime Schedule Stress
            Telemetry Undoing
            """,
            [certificates, grpc, grpcTransport, protobuf] + nio
        ),
        part(
            "Coordinator",
            """
            AgentProtocol ClockSync Containers Correctness Decomposition Faults Impairments Keys Lab LinuxSystem
            Load Measures Packets Plan Processes Recording ReferenceTime Report Schedule Statistics Telemetry
            Timeline Verdict
            """,
            [grpc, grpcTransport, protobuf]
        ),

        // L5: what others see of a run while it goes: a port, and documents that are sent to collectors.
        part("Console", "LinuxSystem Measures Recording Telemetry", web),

        // L6: flags in, one call, text out.
        .executableTarget(
            name: "faultline",
            dependencies: named(
                """
                Agent AgentProtocol Cgroups Console Coordinator Correctness Engines Faults Impairments Journal Keys
                Lab LinuxSystem Measures Netlink Packetfilter Plan Policy Processes Recording ReferenceTime Report
                RunIndex Schedule SocketDiag Statistics Stress Telemetry Timeline Verdict
                """
            ) + [argumentParser, certificates]
        ),

        // Figures, run by hand: make bench.
        .target(name: "CBench", path: "Sources/Benchmarks/CBench"),
        part("BenchSupport", "Faults LinuxSystem Measures Undoing", path: "Sources/Benchmarks/BenchSupport"),
        bench(
            "QueueBench",
            "BenchSupport CBench Faults Impairments LinuxSystem Measures Netlink Packetfilter Undoing"
        ),
        bench(
            "ArmingBench",
            "BenchSupport CBench Faults Impairments LinuxSystem Measures Netlink Packetfilter Undoing"
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
            "BenchSupport CAllocations Capture LinuxSystem Load Measures Packets Plan Recording Schedule"
        ),

        // What a test of deaths kills.
        .executableTarget(
            name: "KillPointWorker",
            dependencies: named(
                "Agent Faults Impairments Journal LinuxSystem Measures Packetfilter Processes Stress TestSupport"
            ),
            path: "Tests/KillPointWorker"
        ),
        bench(
            "FleetBench",
            "AgentProtocol BenchSupport Keys LinuxSystem Measures Processes Recording Timeline",
            [grpc, grpcTransport, protobuf, nio[0]]
        ),
        bench("DeathBench", "AgentSupport LinuxSystem Measures Processes"),
        bench("EdgeBench", "AgentSupport BenchSupport CBench LinuxSystem Measures Processes Recording"),

        // A real agent with nobody but a test or a benchmark as its coordinator.
        part(
            "AgentSupport",
            "AgentProtocol ClockSync Coordinator LinuxSystem Measures Processes Recording",
            [protobuf],
            path: "Tests/AgentSupport"
        ),

        // Tests. TestSupport holds what several of them need.
        part("ConsoleSupport", "Console Plan Report", path: "Tests/ConsoleSupport"),
        part("TestSupport", "CLinux LinuxSystem Measures Netlink Packetfilter", path: "Tests/TestSupport"),
        tests("Correctness", "Correctness Measures", resources: cases),
        tests("Statistics", "Measures Statistics", resources: cases),
        tests("Impairments", "Impairments Measures"),
        tests("Plan", "Containers Impairments Measures Plan"),
        tests("Policy", "Measures Plan Policy"),
        tests("Schedule", "Measures Plan Schedule"),
        tests("Recording", "Measures Recording"),
        tests("Timeline", "Measures Plan Recording ReferenceTime Schedule Timeline", resources: cases),
        tests("Codecs", "Codecs Measures Plan Recording TestSupport", resources: cases),
        tests("Packets", "Measures Packets"),
        tests(
            "Decomposition",
            "Decomposition Impairments Measures Packets Plan Recording ReferenceTime Schedule Timeline"
        ),
        tests("RunIndex", "Measures Recording RunIndex Verdict", [database]),
        tests("Verdict", "Correctness Measures Plan Recording Schedule Statistics Timeline Verdict"),
        tests(
            "Report",
            "Console ConsoleSupport Decomposition Measures Plan Recording Report Schedule Statistics Timeline Verdict"
        ),
        tests("Telemetry", "Impairments Measures Plan Recording Schedule Telemetry TestSupport Timeline"),
        tests("Console", "Console ConsoleSupport Measures Plan Recording Report Telemetry TestSupport"),
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
        tests("Systemd", "LinuxSystem Measures Processes Systemd TestSupport"),
        tests("Keys", "Keys LinuxSystem Measures Processes TestSupport", [certificates]),
        tests("Journal", "Journal Measures Processes Undoing", [database]),
        tests("ReferenceTime", "Measures ReferenceTime"),
        tests("ClockSync", "ClockSync LinuxSystem Measures ReferenceTime TestSupport"),
        tests(
            "Load",
            "Codecs Correctness LinuxSystem Load Measures Plan Recording Schedule TLS TestSupport Timeline",
            [grpc, grpcTransport],
            resources: [.copy("Certificates")]
        ),
        tests("Containers", "Containers Measures"),
        tests(
            "Engines",
            "Containers Engines LinuxSystem Measures Processes RuntimeProtocol TestSupport",
            [grpc, grpcTransport, protobuf]
        ),
        tests(
            "Faults",
            """
            CLinux Cgroups ClockSync Containers Engines Faults Impairments LinuxSystem Measures Netlink Packetfilter
            Processes Recording ReferenceTime RuntimeProtocol SocketDiag Stress TestSupport Undoing
            """,
            [grpc, grpcTransport, protobuf]
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
            AgentProtocol Containers Coordinator Impairments Lab LinuxSystem Measures Plan Recording Schedule
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
            AgentSupport Correctness Lab LinuxSystem Measures Packetfilter Processes Recording TestSupport Verdict
            faultline
            """
        ),
    ]
)

/// A library of this system, by its name for pkg-config and the Debian packages that have it.
func door(_ name: String, _ pkgConfig: String, _ packages: String...) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt(packages)])
}

/// A target in Sources/NAME, or in `path`. `targets`: those that it may import, names with white space between.
func part(
    _ name: String,
    _ targets: String,
    _ products: [Target.Dependency] = [],
    path: String? = nil
) -> Target {
    .target(name: name, dependencies: named(targets) + products, path: path)
}

/// The tests of one target, in Tests/NAMETests.
func tests(
    _ name: String,
    _ targets: String,
    _ products: [Target.Dependency] = [],
    resources: [Resource] = []
) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: named(targets) + products, resources: resources)
}

/// Each as "NAME PACKAGE".
func products(_ names: String...) -> [Target.Dependency] {
    names.map { $0.split(separator: " ") }.map { .product(name: "\($0[0])", package: "\($0[1])") }
}

func named(_ targets: String) -> [Target.Dependency] {
    targets.split { $0.isWhitespace }.map { Target.Dependency(stringLiteral: String($0)) }
}

/// Figures of one kind, in Sources/Benchmarks/NAME.
func bench(_ name: String, _ targets: String, _ products: [Target.Dependency] = []) -> Target {
    .executableTarget(name: name, dependencies: named(targets) + products, path: "Sources/Benchmarks/\(name)")
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
