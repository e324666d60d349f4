import Measures

/// Process faults in canonical text.
extension CanonicalText {
    static func target(_ target: ProcessTargetPlan) -> (String, String?) {
        switch target {
        case .service(let name), .process(let name), .unit(let name), .cgroup(let name):
            (target.key, quote(name))
        case .container(let container): (target.key, self.container(container))
        }
    }

    static func stress(_ stress: StressPlan) -> [(String, String?)] {
        let processor = stress.processor.map {
            map([("workers", "\($0.workers)"), ("load", $0.load.percentText)])
        }
        let memory: String? =
            switch stress.memory {
            case .bytes(let bytes): "\(bytes)B"
            case .share(let share): share.percentText
            case nil: nil
            }
        let disk = stress.disk.map { map([("folder", quote($0.folder)), ("leave", "\($0.leave)B")]) }
        let traffic = stress.traffic.map {
            map([("folder", quote($0.folder)), ("workers", "\($0.workers)"), ("size", "\($0.size)B")])
        }
        return [("cpu", processor), ("memory", memory), ("disk", disk), ("io", traffic)]
    }

    static func limit(_ limit: LimitPlan) -> [(String, String?)] {
        let cpus = limit.milliprocessors.map { milli in
            ExactDecimal(significand: Int128(milli), exponent: -3).plainText
        }
        return [
            target(limit.target), ("cpus", cpus), ("memory", limit.memory.map { "\($0)B" }),
            ("read", limit.readBytes.map { "\($0)B/s" }), ("write", limit.writeBytes.map { "\($0)B/s" }),
            ("read-operations", limit.readOperations.map { "\($0)/s" }),
            ("write-operations", limit.writeOperations.map { "\($0)/s" }),
            ("device", limit.device.map(quote)),
        ]
    }
}
