import Measures

extension Reader {
    func recovery(_ value: Value, names: TargetNames) -> RecoveryTarget? {
        let keys = ["within", "steady-for"]
        guard let fields = Fields(value, "recovery", keys: keys, problems: problems) else { return nil }
        let within = fields.required("within", "5s").flatMap {
            duration($0, "within", from: .milliseconds(1), to: Self.longest)
        }
        let steadyFor = optional(fields["steady-for"], .seconds(3)) {
            duration($0, "steady-for", from: .milliseconds(100), to: .seconds(3600))
        }
        guard let within, let steadyFor else { return nil }
        guard names.faults?.isEmpty != true else {
            problems.add(
                "recovery",
                at: value.place,
                "recovery without a fault to recover from; expected one in faults"
            )
            return nil
        }
        return RecoveryTarget(within: within, steadyFor: steadyFor)
    }
}
