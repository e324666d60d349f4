import Agent
import ArgumentParser
import Measures
import Policy
import Processes
import Telemetry

/// `faultline guardian`: the agent's child; reads from the agent's pipe.
struct GuardianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "guardian", shouldDisplay: false)

    @Option var agent: Int32
    @Option var state: String

    func run() throws {
        if Guardian.run(agent: agent, folder: state) > 0 {
            throw ArgumentParser.ExitCode(Measures.ExitCode.notHealed.rawValue)
        }
    }
}

/// `faultline enter`: becomes a command inside a lab host.
struct EnterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enter", shouldDisplay: false)

    @Option var network: String
    @Option var hosts: String?
    @Option var resolv: String?
    @Option var hostname: String?
    @Argument(parsing: .postTerminator) var command: [String]

    func run() throws {
        try NamespaceLauncher.exec(
            networkNamespacePath: network,
            hostsFile: hosts,
            resolvFile: resolv,
            hostname: hostname,
            arguments: command
        )
    }
}

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Hold one host's faults, load and clock for a coordinator.",
        discussion: """
            A lab starts its agents itself. As a service: faultline agent --config /etc/faultline/agent.yaml
            By hand: faultline agent --host web1 --listen /run/faultline/agent.sock

            The file says who the host is, where the agent listens, and where its key, policy, state and audit log are; a \
            flag counts before the file. Under systemd the agent says when it is ready, and feeds the watchdog only while its \
            own socket answers and its guardian lives.

            The agent heals everything when its lease ends, on SIGTERM, and at its start what an earlier one left. A \
            small guardian process undoes what the kernel does not, should the agent be killed; a guardian that ends is \
            replaced. Should both be killed at once, `faultline recover` or the next agent undoes what the journal holds. \
            A state folder belongs to one agent at a time.

            With --policy FILE it refuses what the file does not allow: kinds of faults, interfaces, processes, far ends, \
            ports, length, number. No coordinator can widen it; a changed file counts from the agent's next start. A file \
            with a mistake keeps the agent from starting (exit code 2), and names the line.

            Over TCP both ends show a key of one authority (`faultline keys --help`), by TLS 1.3, and the agent obeys only \
            those that its policy names. Whoever may open the Unix socket needs no key.

            With --metrics 9100 it answers GET /metrics on that port of the loopback, for Prometheus; with an address before \
            the port, there. Figures can be read there, and nothing be changed.
            """
    )

    @Option(help: "The agent's file.", completion: .file(extensions: ["yaml", "yml"])) var config: String?
    @Option(help: "The host's name in experiments.") var host: String?
    @Option(help: "The Unix socket to listen on; default /run/faultline/agent.sock.") var listen: String?
    @Option(help: "Folder for the journal of what is to be undone; default /var/lib/faultline.") var state:
        String?
    @Option(
        help: "The policy: what a coordinator may do here. Read once; without it every fault is allowed.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var policy: String?
    @Option(
        help:
            "An IP address and a port to listen on too: 0.0.0.0:7443. Takes --keys, and a --policy that names coordinators."
    )
    var tcp: NetworkAddress?
    @Option(help: "The folder of this host's key, from `faultline keys issue HOST`.", completion: .directory)
    var keys: String?

    @Option(help: "Serve /metrics there: 9100 (the loopback only) or ADDRESS:PORT. Default: nowhere.")
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "Send figures to an OpenTelemetry collector, such as http://127.0.0.1:4318.",
            discussion: "Every 15 s, by OTLP over HTTP. Headers are taken from OTEL_EXPORTER_OTLP_HEADERS."
        )
    )
    var otlp: String?

    func validate() throws {
        if config == nil, host == nil { throw ValidationError("give --config FILE, or --host NAME") }
    }

    func run() async throws {
        let file = try config.map { try AgentConfiguration($0).file }
        let outlets = try AgentOutlets(
            host: host ?? file?.host ?? "",
            metrics: metrics ?? file?.metrics,
            otlp: otlp ?? file?.otlp
        )
        let settings = try settings(file, outlets?.meter)
        let policy = policy ?? file?.policy
        try await outlets?.open()
        try await AgentServer(settings).run { try policy.map { try PolicyFile($0).policy } ?? .standard }
        await outlets?.close()
    }

    /// Flags, then the file, then what is usual.
    private func settings(_ file: AgentFile?, _ meter: SharedMeter?) throws -> AgentSettings {
        let (tcp, keys) = (tcp?.value ?? file?.tcp, keys ?? file?.keys)
        if (tcp == nil) != (keys == nil), self.tcp != nil || self.keys != nil {
            throw ValidationError("--tcp and --keys go together: TCP is never without keys")
        }
        return AgentSettings(
            host: host ?? file?.host ?? "",
            socketPath: listen ?? file?.socket ?? "/run/faultline/agent.sock",
            network: tcp.flatMap { tcp in keys.map { .init(address: tcp, keys: $0) } },
            stateFolder: state ?? file?.state ?? "/var/lib/faultline",
            interface: file?.interface ?? "",
            audit: file?.audit,
            executable: try OwnExecutable.path(),
            meter: meter
        )
    }
}
