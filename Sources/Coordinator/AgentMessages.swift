import AgentProtocol
import Measures
import Plan
import Schedule
import SwiftProtobuf

// From the plan's types to the wire's. Decoding is the agent's (Agent/PlanFromWire.swift); a round trip is tested.

extension Faultline_Agent_V1_HTTPAddress {
    init(_ address: HTTPAddress) {
        self.init()
        host = address.host
        port = UInt32(address.port)
        path = address.path
    }
}

extension Faultline_Agent_V1_StartServiceRequest {
    init(_ service: ServicePlan, files: String, directory: String, logPath: String) {
        self.init()
        name = service.name
        let fill = { (word: String) in
            word.replacing("{files}", with: files).replacing("{dir}", with: directory)
        }
        command = service.command.map(fill)
        marks = service.marks.map { mark in
            .with {
                $0.name = mark.name
                $0.pattern = mark.pattern.source
            }
        }
        marksPath = service.log.map(fill) ?? ""
        self.directory = directory
        self.logPath = logPath
        readyWithinNs = service.readyWithin.nanoseconds
        switch service.ready {
        case .http(let address): http = .init(address)
        case .tcp(let host, let port):
            tcp = .with {
                $0.host = host
                $0.port = UInt32(port)
            }
        case nil: break
        }
    }
}

extension Faultline_Agent_V1_History {
    init(_ history: HistoryPlan) {
        self.init()
        file = history.fileText
    }
}

extension Faultline_Agent_V1_Load {
    /// The part of one of its senders.
    init(_ load: LoadPlan) {
        self.init()
        file = load.fileText
    }
}
