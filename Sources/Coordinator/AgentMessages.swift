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
        command = service.command.map { word in
            word.replacing("{files}", with: files).replacing("{dir}", with: directory)
        }
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

extension Faultline_Agent_V1_Load {
    init(_ load: LoadPlan) {
        self.init()
        name = load.name
        method = load.request.method
        address = .init(load.request.address)
        headers = load.request.headers.map { header in
            .with {
                $0.name = header.name
                $0.value = header.value
            }
        }
        body = load.request.body
        timeoutNs = load.request.timeout.nanoseconds
        switch load.arrivals {
        case .constant(let rate): constantPerSecond = rate
        case .poisson(let rate): poissonPerSecond = rate
        case .ramp(let from, let to):
            ramp = .with {
                $0.fromPerSecond = from
                $0.toPerSecond = to
            }
        case .steps(let rates):
            steps.steps = rates.map { rate in
                .with {
                    $0.perSecond = rate.perSecond
                    $0.lengthNs = rate.lasting.nanoseconds
                }
            }
        case .sine(let rate):
            sine = .with {
                $0.meanPerSecond = rate.meanPerSecond
                $0.amplitudePerSecond = rate.amplitudePerSecond
                $0.periodNs = rate.period.nanoseconds
            }
        }
        goodStatusFrom = UInt32(load.good.statuses.lowerBound)
        goodStatusTo = UInt32(load.good.statuses.upperBound)
        if let within = load.good.within { goodWithinNs = within.nanoseconds }
        connections = UInt32(load.connections)
    }
}
