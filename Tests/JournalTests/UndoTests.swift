import Journal
import Processes
import Testing
import Undoing

@Suite("An undo")
struct UndoTests {
    /// One of each kind, with the text that a journal of this version holds. A changed text is a journal that an
    /// installed version cannot read any more: change the rows only together with the journal's version.
    static let rows: [(undo: Undo, json: String, text: String)] = [
        (
            .continueProcesses([ProcessIdentity(pid: 7, startTime: 99)]),
            #"{"continueProcesses":{"_0":[{"pid":7,"startTime":99}]}}"#,
            "continue process 7"
        ),
        (
            .endProcesses([ProcessIdentity(pid: 7, startTime: 99), ProcessIdentity(pid: 8, startTime: 99)]),
            #"{"endProcesses":{"_0":[{"pid":7,"startTime":99},{"pid":8,"startTime":99}]}}"#,
            "end processes 7, 8"
        ),
        (
            .startService(
                ServiceCommand(name: "web", command: Command(["nginx", "-c", "/x"], environment: ["A": "b"]))
            ),
            #"{"startService":{"_0":{"command":{"arguments":["nginx","-c","/x"],"environment":{"A":"b"}},"name":"web"}}}"#,
            "start the service web: nginx -c /x"
        ),
        (
            .restoreService(
                ServiceUndo(
                    service: ServiceCommand(name: "web", command: Command(["nginx"])),
                    leader: ProcessIdentity(pid: 7, startTime: 99),
                    since: 101,
                    starter: "/f",
                    boot: "b"
                )
            ),
            #"{"restoreService":{"_0":{"boot":"b","isStruck":false,"leader":{"pid":7,"startTime":99},"service":{"command":{"arguments":["nginx"],"environment":{}},"name":"web"},"since":101,"starter":"/f"}}}"#,
            "start the service web again, unless process 7 leads it still: nginx"
        ),
        (
            .deleteRootQdisc(namespacePath: nil, interface: "eth0", handle: 0xfa17_0000),
            #"{"deleteRootQdisc":{"handle":4195811328,"interface":"eth0"}}"#,
            "delete the root qdisc fa17: of eth0"
        ),
        (
            .deleteQdisc(
                namespacePath: "/run/netns/a",
                interface: "eth0",
                parent: 0xfa17_0004,
                handle: 0x40_0000
            ),
            #"{"deleteQdisc":{"handle":4194304,"interface":"eth0","namespacePath":"/run/netns/a","parent":4195811332}}"#,
            "delete the qdisc 40: below fa17:4 of eth0 in /run/netns/a"
        ),
        (
            .deleteLink(namespacePath: nil, interface: "ifb0"),
            #"{"deleteLink":{"interface":"ifb0"}}"#,
            "delete the interface ifb0"
        ),
        (
            .deletePacketTable(namespacePath: nil, family: "inet", name: "faultline-1"),
            #"{"deletePacketTable":{"family":"inet","name":"faultline-1"}}"#,
            "delete the packet table inet faultline-1"
        ),
        (.deleteFile(path: "/x"), #"{"deleteFile":{"path":"/x"}}"#, "delete the file /x"),
        (.deleteFolder(path: "/x"), #"{"deleteFolder":{"path":"/x"}}"#, "remove the folder /x"),
        (
            .writeFile(path: "/x", contents: "max"),
            #"{"writeFile":{"contents":"max","path":"/x"}}"#,
            "write \"max\" to /x"
        ),
    ]

    @Test("is written as the same text for ever, and read back from it")
    func golden() throws {
        for row in Self.rows {
            #expect(try UndoText.encode(row.undo) == row.json)
            #expect(UndoText.decode(row.json) == row.undo)
            #expect(row.undo.text == row.text)
        }
    }

    @Test("that this version does not know is not taken for another")
    func unknown() {
        for text in ["", "{}", "[]", #"{"unplugRouter":{}}"#, #"{"deleteFile":{}}"#, "\0"] {
            #expect(UndoText.decode(text) == nil)
        }
    }

    @Test("of what lives in the kernel is moot after a reboot; of a file or a service it is not")
    func boots() {
        let entry = { (undo: Undo) in UndoEntry(id: "1", fault: "f", undo: undo, writtenAt: 0, boot: "a") }
        let pause = entry(.continueProcesses([]))
        #expect(pause.isMoot(inBoot: "b") && !pause.isMoot(inBoot: "a"))
        #expect(!entry(.deleteFile(path: "/x")).isMoot(inBoot: "b"))
    }
}
