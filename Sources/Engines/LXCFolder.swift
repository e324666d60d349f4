import Containers
import Glibc
import LinuxSystem
import Measures
import Processes

/// Containers of LXC's own tools, which have no daemon that could be asked: each is a folder with a `config`, and those tools
/// know whether it runs. Control groups alone do not tell: two folders may have containers of one name, and a group may be
/// called as another container is, lxc.payload.web-1.
struct LXCFolder: EngineAPI {
    let engine: Engine

    private var folder: String { engine.socket }

    func containers() throws -> [Container] {
        try Directory.entries(folder).sorted().filter(isContainer).map { name in
            let text = (try? FileContents.text("\(folder)/\(name)/config")) ?? ""
            let config = LXCConfig(text)
            let pid = try firstProcess(of: name)
            var container = container(name, config, state: pid == nil ? "exited" : "running")
            container.initPid = pid
            return container
        }
    }

    func details(_ container: Container) throws -> Container {
        var container = container
        container.initPid = try firstProcess(of: container.name)
        return container
    }

    func start(_ container: ContainerReference) throws -> Bool {
        guard isContainer(container.name) else { return false }
        try run("lxc-start", container.name, further: ["-d"])
        return true
    }

    func restart(_ container: ContainerReference) throws -> Bool {
        guard isContainer(container.name) else { return false }
        // That it does not run is no error.
        try? run("lxc-stop", container.name, further: ["-k"])
        return try start(container)
    }

    private func isContainer(_ name: String) -> Bool { Directory.resolved("\(folder)/\(name)/config") != nil }

    private func container(_ name: String, _ config: LXCConfig, state: String) -> Container {
        var container = Container(
            engine: engine.kind,
            id: name,
            name: name,
            image: "",
            labels: config.labels,
            state: state
        )
        container.unstartable = config.isEphemeral ? "is removed when it ends (lxc.ephemeral)" : nil
        return container
    }

    /// nil: it does not run.
    private func firstProcess(of name: String) throws -> Int32? {
        var ends: [Int32] = [0, 0]
        // Every child is spawned with the descriptors it is given and no others.
        try SystemError.check("pipe") { pipe(&ends) }
        let read = OwnedDescriptor(owning: ends[0])
        let write = OwnedDescriptor(owning: ends[1])
        try run("lxc-info", name, further: ["-pH"], output: write.number)
        // It has ended, so that all of the few bytes that it says are there; an end of ours keeps this from waiting for ever.
        var bytes = [UInt8](repeating: 0, count: 64)
        _ = Glibc.write(write.number, "\n", 1)
        let count = max(0, Glibc.read(read.number, &bytes, bytes.count))
        return Int32(String(decoding: bytes.prefix(count), as: UTF8.self).filter { !$0.isWhitespace })
    }

    private func run(_ program: String, _ name: String, further: [String], output: Int32? = nil) throws {
        let words = [program, "-P", folder, "-n", name] + further
        let environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        let process = try Spawner.spawn(
            Command(words, environment: environment),
            descriptors: Spawner.Descriptors(output: output)
        )
        let exit = process.wait(for: .seconds(30))
        guard exit == .exited(0) else {
            if exit == nil { _ = try? process.signal(9) }
            throw EngineError(
                "engine.refused",
                "\(words.joined(separator: " ")): \(exit?.description ?? "not done after 30 s"); see the same with -F",
                exitCode: .notHealed
            )
        }
    }
}

/// What a container's `config` says of it (lxc.container.conf(5)). Pure.
struct LXCConfig: Equatable {
    /// Its groups: `lxc.group = web`, or `lxc.group = tier=web` for a label with a value.
    var labels: [String: String] = [:]
    var isEphemeral = false

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = Self.halves(line)
            guard let value = parts.value, !value.isEmpty else { continue }
            switch parts.key {
            case "lxc.group":
                let label = Self.halves(value)
                labels[String(label.key)] = label.value.map(String.init) ?? ""
            case "lxc.ephemeral": isEphemeral = value == "1"
            default: continue
            }
        }
    }

    private static func halves(_ text: Substring) -> (key: Substring, value: Substring?) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return (
            parts[0].trimming(while: isBlank), parts.count == 2 ? parts[1].trimming(while: isBlank) : nil
        )
    }
}

extension Substring {
    fileprivate func trimming(while isBlank: (Character) -> Bool) -> Substring {
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
