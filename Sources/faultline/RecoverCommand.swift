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
            an agent's journal says was not undone is undone. Runs that are going on, and labs that `lab up` made, stay.
            """
    )

    @Flag(help: "Labs that are in use, too.") var all = false
    @Option(help: "Folder of an agent's journal.") var state = "/var/lib/faultline"
    @Flag(help: "JSON: what was done.") var json = false

    func run() throws {
        var done = try LabTeardown.recover(all: all)
        let path = "\(state)/journal.sqlite"
        if FileManager.default.fileExists(atPath: path) { done += try Replay.run(try Journal(path: path)) }
        if json { return try Console.json(["done": done]) }
        for line in done { Console.print(line) }
        if done.isEmpty { Console.print("nothing was left; this host is clean") }
    }
}
