import ArgumentParser
import Coordinator
import Lab
import Measures
import Plan
import Processes

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Hosts as network namespaces on this machine, to look around in.",
        subcommands: [Up.self, Down.self, Exec.self, List.self]
    )

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Bring up an experiment's hosts and services, without load or faults; they stay until `lab down`."
        )

        @Argument(help: "An experiment file.", completion: .file(extensions: ["yaml", "yml"])) var file:
            String
        @Flag(help: "JSON: the lab's id, hosts and addresses.") var json = false

        func run() async throws {
            let experiment = try ExperimentFile(file)
            try experiment.checkFiles()
            guard !experiment.plan.lab.hosts.isEmpty, !experiment.plan.lab.isInventory else {
                throw FileError(
                    code: "lab.none",
                    message: "\(file): has no lab to bring up; add lab: { hosts: … }"
                )
            }
            let observer = TerminalObserver(quiet: json)
            let session = try LabSession.up(
                experiment.plan,
                experiment: file,
                staysUp: true,
                executable: try OwnExecutable.path(),
                observer: observer
            )
            do {
                try await session.startServices(
                    experiment.plan,
                    files: experiment.filesFolder,
                    observer: observer
                )
            } catch {
                _ = try? session.down()
                throw error
            }
            let layout = session.lab.layout
            if json { return try Console.json(layout) }
            Console.print("lab \(layout.id) is up:")
            for host in layout.hosts {
                Console.print("  \(host.name)  \(host.address)  namespace \(host.namespace)")
            }
            let name = layout.hosts.first?.name ?? "HOST"
            Console.print("go in:     faultline lab exec \(layout.id) \(name) -- ip address")
            Console.print("take down: faultline lab down \(layout.id)")
        }
    }

    struct Down: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a lab down: its processes, namespaces and files; all labs without an id."
        )

        @Argument(help: "The lab's id; see `lab list`.", completion: Completions.lab) var id: String?
        @Flag(help: "JSON: what was done.") var json = false

        func run() throws {
            let ids = id.map { [$0] } ?? LabState.ids
            var done: [String] = []
            for id in ids { done += try LabTeardown.down(id) }
            if json { return try Console.json(["done": done]) }
            if done.isEmpty { Console.print(id.map { "there is no lab \($0)" } ?? "no lab is up") }
            for line in done { Console.print(line) }
        }
    }

    struct Exec: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a command inside a host of a lab.",
            discussion: "  faultline lab exec web-failover-3f9c web1 -- curl http://lb/"
        )

        @Argument(help: "The lab's id.", completion: Completions.lab) var id: String
        @Argument(help: "The host.") var host: String
        @Argument(parsing: .postTerminator, help: "The command, after --.") var command: [String]

        func run() throws {
            guard !command.isEmpty else {
                throw ValidationError("give a command after --, for example: -- ip address")
            }
            let entrance = try Lab.entrance(of: host, in: id)
            try NamespaceLauncher.exec(
                networkNamespacePath: entrance.network,
                hostsFile: entrance.hostsFile,
                resolvFile: entrance.resolvFile,
                hostname: entrance.hostname,
                arguments: command
            )
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The labs on this machine.")

        @Flag(help: "JSON.") var json = false

        func run() throws {
            let states = LabState.ids.compactMap { LabState.load($0) }
            if json { return try Console.json(states) }
            if states.isEmpty { Console.print("no lab is up") }
            for state in states {
                let owner = state.owner.map { "run by pid \($0.pid)" } ?? "stays up"
                let hosts = state.layout.hosts.map(\.name).joined(separator: ", ")
                Console.print("\(state.layout.id)  \(owner)\(state.isOrphan ? " (gone)" : "")  \(hosts)")
            }
        }
    }
}
