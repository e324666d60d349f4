import Measures

extension Reader {
    func limit(_ value: Value, on: Selector?, names: LabNames) -> LimitPlan? {
        let targets = ["service", "process", "unit", "cgroup", "container"]
        let parts = [
            "cpus", "memory", "read", "write", "read-operations", "write-operations",
        ]
        let keys = targets + parts + ["device"]
        guard let fields = Fields(value, "limit", keys: keys, problems: problems),
            let target = processTarget(fields, of: targets, on: on, names: names)
        else { return nil }
        var plan = LimitPlan(target: target)
        var isWhole = true
        func take<Part>(_ key: String, _ path: WritableKeyPath<LimitPlan, Part?>, _ read: (Value) -> Part?) {
            guard let value = fields[key] else { return }
            plan[keyPath: path] = read(value)
            if plan[keyPath: path] == nil { isWhole = false }
        }
        take("cpus", \.milliprocessors, processors)
        take("memory", \.memory) { size($0, "memory", from: 1 << 20, to: 1 << 50) }
        take("read", \.readBytes) { byteRate($0, "read") }
        take("write", \.writeBytes) { byteRate($0, "write") }
        take("read-operations", \.readOperations) { operations($0, "read-operations") }
        take("write-operations", \.writeOperations) { operations($0, "write-operations") }
        take("device", \.device, device)
        guard isWhole else { return nil }
        guard !plan.isEmpty else {
            if !parts.contains(where: fields.isMeant) {
                let message = "limit names nothing to limit; expected one or more of \(parts.listed)"
                problems.add("limit", at: fields.place, message)
            }
            return nil
        }
        if plan.device != nil, !plan.hasInput {
            let message = "device without a limit for it; expected read, write, or their operations beside it"
            problems.add("limit", at: fields.place(of: "device"), message)
            return nil
        }
        return plan
    }

    /// `cpus: 0.5` or `cpus: 37.5%`, of one processor; whole thousandths.
    private func processors(_ value: Value) -> Int? {
        let expected = "processors such as 0.5, 2 or 37.5%, 0.01 to 1024 in thousandths"
        guard let text = text(value, "cpus", expected: expected) else { return nil }
        let isPercent = text.hasSuffix("%")
        guard let number = DecimalText(isPercent ? text.dropLast() : Substring(text)),
            let milli = number.times(isPercent ? 10 : 1000), (10...1_024_000).contains(milli)
        else {
            problems.add("out-of-range", at: value.place, "cpus is \(quoted(text)); expected \(expected)")
            return nil
        }
        return Int(milli)
    }

    private func operations(_ value: Value, _ key: String) -> UInt64? {
        guard let rate = rate(value, key) else { return nil }
        guard rate >= 1, rate == rate.rounded() else {
            problems.add(
                "too-fine",
                at: value.place,
                "\(key) is \(value.shown); expected whole operations a second"
            )
            return nil
        }
        return UInt64(rate)
    }

    private func device(_ value: Value) -> String? {
        let expected = "a block device such as /dev/sda or 8:0"
        guard let text = text(value, "device", expected: expected) else { return nil }
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
        let isNumber = numbers.count == 2 && numbers.allSatisfy { $0 != nil }
        let isPath =
            text.hasPrefix("/dev/") && !text.contains("..") && !text.unicodeScalars.contains(where: isControl)
        guard isNumber || isPath else {
            problems.add("device", at: value.place, "device is \(quoted(text)); expected \(expected)")
            return nil
        }
        return text
    }
}
