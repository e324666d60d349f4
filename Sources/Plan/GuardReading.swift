import Measures

extension Reader {
    /// `guard:`.
    func guards(_ value: Value, duration: Duration?) -> [GuardPlan]? {
        guard value.list != nil else {
            let expected = "a list such as - { availability-below: 50%, over: 10s }"
            problems.add("not-a-list", at: value.place, "guard is \(value.shown); expected \(expected)")
            return nil
        }
        let items = items(value, "guard", most: Self.mostTargets)
        let guards = items.compactMap { item -> GuardPlan? in
            let keys = ["availability-below", "over"]
            guard let fields = Fields(item, "guard", keys: keys, problems: problems) else { return nil }
            let share = fields.required("availability-below", "50%").flatMap {
                self.share($0, "availability-below")
            }
            let over = fields.required("over", "10s").flatMap {
                self.duration($0, "over", from: .milliseconds(100), to: duration ?? Self.longest)
            }
            guard let share, let over else { return nil }
            return .availabilityBelow(share, over: over)
        }
        return guards.count == items.count ? guards : nil
    }
}
