import Measures

/// A load by itself as an experiment file, as it goes to the host that sends it.
extension LoadPlan {
    /// Without the hosts that send: whoever reads it is one, and is told its share.
    package var fileText: String {
        "faultline: 1\nname: load\nload: \(CanonicalText.map([(CanonicalText.quote(name), CanonicalText.load(self, names: false))]))"
            + "\nduration: 24h\n"
    }
}
