import Measures

extension Reader {
    private static let largest: Int64 = 1 << 50

    func stress(_ value: Value) -> StressPlan? {
        let keys = ["cpu", "memory", "disk", "io"]
        guard let fields = Fields(value, "stress", keys: keys, problems: problems) else { return nil }
        var plan = StressPlan()
        var isWhole = true
        if let value = fields["cpu"] {
            plan.processor = processorStress(value)
            isWhole = plan.processor != nil
        }
        if let value = fields["memory"] {
            plan.memory = memoryStress(value)
            isWhole = isWhole && plan.memory != nil
        }
        if let value = fields["disk"] {
            plan.disk = diskStress(value)
            isWhole = isWhole && plan.disk != nil
        }
        if let value = fields["io"] {
            plan.traffic = trafficStress(value)
            isWhole = isWhole && plan.traffic != nil
        }
        guard isWhole else { return nil }
        guard plan != StressPlan() else {
            if !keys.contains(where: fields.isMeant) {
                let message = "stress names nothing to use up; expected one or more of \(keys.listed)"
                problems.add("stress", at: fields.place, message)
            }
            return nil
        }
        return plan
    }

    /// `cpu: 80%` (one worker), or `cpu: { workers: 2, load: 80% }`.
    private func processorStress(_ value: Value) -> StressPlan.Processor? {
        if value.text != nil { return share(value, "cpu").map { .init(workers: 1, load: $0) } }
        guard let fields = Fields(value, "cpu", keys: ["workers", "load"], problems: problems) else {
            return nil
        }
        let workers = optional(fields["workers"], 1) { count($0, "workers", 1...1024) }
        let load = optional(fields["load"], .one) { share($0, "load") }
        guard let workers, let load else { return nil }
        return StressPlan.Processor(workers: workers, load: load)
    }

    /// `memory: 512MiB` or `memory: 30%`, of what is available when it begins.
    private func memoryStress(_ value: Value) -> StressPlan.Memory? {
        if value.text?.hasSuffix("%") == true { return share(value, "memory").map { .share($0) } }
        return size(value, "memory", from: 1 << 20, to: Self.largest).map { .bytes($0) }
    }

    /// `disk: { folder: /var/tmp, leave: 100MB }`.
    private func diskStress(_ value: Value) -> StressPlan.Disk? {
        guard let fields = Fields(value, "disk", keys: ["folder", "leave"], problems: problems) else {
            return nil
        }
        let folder = fields.required("folder", "/var/lib/postgresql").flatMap { path($0, "folder") }
        let leave = optional(fields["leave"], 0) { size($0, "leave", from: 0, to: Self.largest) }
        guard let folder, let leave else { return nil }
        return StressPlan.Disk(folder: folder, leave: leave)
    }

    /// `io: { folder: /var/tmp, workers: 2, size: 64MiB }`.
    private func trafficStress(_ value: Value) -> StressPlan.DiskTraffic? {
        let keys = ["folder", "workers", "size"]
        guard let fields = Fields(value, "io", keys: keys, problems: problems) else { return nil }
        let folder = fields.required("folder", "/var/tmp").flatMap { path($0, "folder") }
        let workers = optional(fields["workers"], 1) { count($0, "workers", 1...256) }
        let size = optional(fields["size"], 64 << 20) { self.size($0, "size", from: 4096, to: 1 << 40) }
        guard let folder, let workers, let size else { return nil }
        return StressPlan.DiskTraffic(folder: folder, workers: workers, size: size)
    }
}
