import AgentProtocol
import Containers
import Faults
import Measures
import Processes
import Stress
import SwiftProtobuf

// Process faults from the wire, checked again: an agent trusts no coordinator.

extension ProcessTarget {
    init(_ wire: Faultline_Agent_V1_ProcessTarget) throws {
        switch wire.target {
        case .service(let name): self = .service(name)
        case .process(let text): self = .process(ProcessPattern(text))
        case .unit(let name): self = .unit(name)
        case .cgroup(let path): self = .cgroup(path)
        case .container(let wire): self = .container(try ContainerSelector(wire))
        case nil: throw WireError("no target")
        }
        if text.utf8.count > 2048 { throw WireError("a target of \(text.utf8.count) bytes") }
    }
}

extension ContainerSelector {
    init(_ wire: Faultline_Agent_V1_Container) throws {
        let texts = [wire.name, wire.image, wire.engine] + wire.labels
        guard wire.labels.count <= 32, texts.allSatisfy({ $0.utf8.count <= 256 }),
            texts.contains(where: { !$0.isEmpty }), !wire.labels.contains("")
        else { throw WireError("a container of nothing, or of too much") }
        let engine = EngineKind(rawValue: wire.engine)
        guard wire.engine.isEmpty || engine != nil else { throw WireError("the engine \(wire.engine)") }
        self.init(
            name: wire.name.isEmpty ? nil : wire.name,
            image: wire.image.isEmpty ? nil : wire.image,
            labels: wire.labels,
            engine: engine,
            all: wire.all
        )
    }
}

extension ProcessPattern {
    /// A path is a program's file; a word its name; what has a space or a star is a part of the command line.
    init(_ text: String) {
        if text.contains(" ") || text.contains("*") {
            self = .commandLine(text)
        } else {
            self = text.hasPrefix("/") ? .executable(text) : .name(text)
        }
    }
}

extension StressTask {
    /// One worker for each part.
    static func all(_ wire: Faultline_Agent_V1_Stress) throws -> [StressTask] {
        var tasks: [StressTask] = []
        if wire.cpuWorkers > 0 {
            tasks.append(
                .cpu(workers: Int(wire.cpuWorkers), load: try Share(wire: wire.cpuLoadAttos, "a load"))
            )
        }
        var memory = wire.memoryBytes
        if wire.memoryShareAttos > 0 {
            let share = try Share(wire: wire.memoryShareAttos, "a share of memory")
            memory = StressTask.Space.share(share).bytes(of: try MemoryInfo.current().available)
        }
        if memory > 0 { tasks.append(.memory(bytes: memory, isKeptHot: true, beyondMargin: false)) }
        if !wire.diskFolder.isEmpty {
            tasks.append(
                .disk(folder: wire.diskFolder, leaving: .bytes(wire.diskLeaveBytes), counting: .users)
            )
        }
        if !wire.ioFolder.isEmpty {
            tasks.append(
                .io(workers: Int(wire.ioWorkers), folder: wire.ioFolder, bytes: wire.ioSizeBytes)
            )
        }
        guard !tasks.isEmpty else { throw WireError("a stress of nothing") }
        for task in tasks {
            if let fault = task.fault { throw WireError(fault) }
        }
        return tasks
    }
}

extension LimitSettings {
    init(_ wire: Faultline_Agent_V1_Limit) throws {
        self.init()
        guard wire.milliprocessors <= 1_024_000, wire.milliprocessors == 0 || wire.milliprocessors >= 10
        else {
            throw WireError("a limit of \(wire.milliprocessors) thousandths of a processor")
        }
        milliprocessors = wire.milliprocessors == 0 ? nil : Int(wire.milliprocessors)
        guard wire.memoryBytes == 0 || wire.memoryBytes >= 1 << 20 else {
            throw WireError("a limit of \(wire.memoryBytes) bytes of memory")
        }
        memory = wire.memoryBytes == 0 ? nil : wire.memoryBytes
        let value = { (number: UInt64) in number == 0 ? nil : number }
        readBytes = value(wire.readBytes)
        writeBytes = value(wire.writeBytes)
        readOperations = value(wire.readOperations)
        writeOperations = value(wire.writeOperations)
        let hasInput = [readBytes, writeBytes, readOperations, writeOperations].contains { $0 != nil }
        device = hasInput ? try BlockDevice(wire.device) : nil
        guard milliprocessors != nil || memory != nil || hasInput else {
            throw WireError("a limit of nothing")
        }
    }
}
