import Agent
import ArgumentParser
import Measures
import Policy
import Processes

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
            A lab starts its agents itself. By hand: faultline agent --host web1 --listen /run/faultline/agent.sock

            The agent heals everything when its lease ends, on SIGTERM, and at its start what an earlier one left. A \
            small guardian process undoes what the kernel does not, should the agent be killed; a guardian that ends is \
            replaced. Should both be killed at once, `faultline recover` or the next agent undoes what the journal holds. \
            A state folder belongs to one agent at a time.

            With --policy FILE it refuses what the file does not allow: kinds of faults, interfaces, processes, far ends, \
            ports, length, number. No coordinator can widen it; a changed file counts from the agent's next start. A file \
            with a mistake keeps the agent from starting (exit code 2), and names the line.

            With --metrics 9100 it answers GET /metrics on that port of the loopback, for Prometheus; with an address before \
            the port, there. Figures can be read there, and nothing be changed.
            """
    )

    @Option(help: "The host's name in experiments.") var host: String
    @Option(help: "The Unix socket to listen on.") var listen: String
    @Option(help: "Folder for the journal of what is to be undone.") var state = "/var/lib/faultline"
    @Option(
        help: "The policy: what a coordinator may do here. Read once; without it every fault is allowed.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var policy: String?
    @Option(help: "Serve /metrics there: 9100 (the loopback only) or ADDRESS:PORT. Default: nowhere.")
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "Send figures to an OpenTelemetry collector, such as http://127.0.0.1:4318.",
            discussion: "Every 15 s, by OTLP over HTTP. Headers are taken from OTEL_EXPORTER_OTLP_HEADERS."
        )
    )
    var otlp: String?

    func run() async throws {
        let outlets = try AgentOutlets(host: host, metrics: metrics, otlp: otlp)
        try await outlets?.open()
        let server = AgentServer(
            host: host,
            socketPath: listen,
            stateFolder: state,
            executable: try OwnExecutable.path(),
            meter: outlets?.meter
        )
        try await server.run { try policy.map { try PolicyFile($0).policy } ?? .standard }
        await outlets?.close()
    }
}
