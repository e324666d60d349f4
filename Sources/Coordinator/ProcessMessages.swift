import AgentProtocol
import Containers
import Measures
import Plan
import SwiftProtobuf

// Process faults on the wire. Decoding is the agent's (Agent/ProcessDecoding.swift).

extension Faultline_Agent_V1_ProcessTarget {
    init(_ target: ProcessTargetPlan) {
        self.init()
        switch target {
        case .service(let name): service = name
        case .process(let name): process = name
        case .unit(let name): unit = name
        case .cgroup(let path): cgroup = path
        case .container(let plan): container = .init(plan)
        }
    }
}

extension Faultline_Agent_V1_Container {
    init(_ plan: ContainerSelector) {
        self.init()
        name = plan.name ?? ""
        image = plan.image ?? ""
        labels = plan.labels
        engine = plan.engine?.rawValue ?? ""
        all = plan.all
    }
}

extension Faultline_Agent_V1_Kill {
    init(_ kill: KillParameters) {
        self.init()
        target = .init(kill.target)
        signal = kill.signal
        if let after = kill.restartAfter { restartAfterNs = after.nanoseconds }
    }
}

extension Faultline_Agent_V1_Pause {
    init(_ pause: PauseParameters) {
        self.init()
        target = .init(pause.target)
        freezer = pause.way == .freezer
    }
}

extension Faultline_Agent_V1_Stress {
    init(_ stress: StressPlan) {
        self.init()
        if let processor = stress.processor {
            cpuWorkers = UInt32(processor.workers)
            cpuLoadAttos = processor.load.attos
        }
        switch stress.memory {
        case .bytes(let bytes): memoryBytes = bytes
        case .share(let share): memoryShareAttos = share.attos
        case nil: break
        }
        if let disk = stress.disk {
            diskFolder = disk.folder
            diskLeaveBytes = disk.leave
        }
        if let traffic = stress.traffic {
            ioFolder = traffic.folder
            ioWorkers = UInt32(traffic.workers)
            ioSizeBytes = traffic.size
        }
    }
}

extension Faultline_Agent_V1_Limit {
    init(_ limit: LimitPlan) {
        self.init()
        target = .init(limit.target)
        milliprocessors = UInt32(limit.milliprocessors ?? 0)
        memoryBytes = limit.memory ?? 0
        readBytes = limit.readBytes ?? 0
        writeBytes = limit.writeBytes ?? 0
        readOperations = limit.readOperations ?? 0
        writeOperations = limit.writeOperations ?? 0
        device = limit.device ?? ""
    }
}
