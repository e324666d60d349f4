import Agent
import ArgumentParser
import Foundation
import Journal
import Lab
import Measures

struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract:
            "Remove whatever a killed run, agent or lab left on this host; doing it twice is doing it once.",
        discussion: """
            Labs whose run is gone are taken down: processes, namespaces with all rules and qdiscs in them, files. What \
            an agent's journal says was not undone is undone, also when agent and guardian died at once; of a damaged \
            journal, what can still be read. Runs that are going on, and labs that `lab up` made, stay.

            Exit code 5: something could not be undone; it is named.
            """
    )

    @Flag(help: "Labs that are in use, and faults of an agent that runs, too.") var all = false
    @Option(help: "Folder of an agent's journal.") var state = "/var/lib/faultline"
    @Flag(help: "JSON: what was done.") var json = false

    func run() throws {
        var done = try LabTeardown.recover(all: all)
        let path = "\(state)/journal.sqlite"
        var failures = 0
        if FileManager.default.fileExists(atPath: path) {
            // A live agent heals by itself, and its faults are a run's.
            let lock = try FolderLock(StateLocks.ofAgent(in: state))
            guard lock != nil || all else {
                throw FileError(
                    code: "recover.agent-runs",
                    message:
                        "an agent runs with the state folder \(state) and heals what it does: end it first, or "
                        + "undo its faults under its hands with --all"
                )
            }
            let replay = try Replay(path: path)
            done += replay.lines
            failures = replay.failures
            _ = consume lock
        }
        if json {
            try Console.json(["done": done])
        } else {
            for line in done { Console.print(line) }
            if done.isEmpty { Console.print("nothing was left; this host is clean") }
        }
        if failures > 0 { throw ArgumentParser.ExitCode(Measures.ExitCode.notHealed.rawValue) }
    }
}
