/// Whether a list may be believed that is empty and was not before. A value.
///
/// A scheduler whose store has not loaded, or that looks at another path of ZooKeeper, lists nothing, with 200; so does Marathon for an account that
/// may not see its apps any more. So an empty list counts only
/// when it comes for the third time in a row; one that never had anything in it is empty.
struct EmptyList: Hashable, Sendable {
    private(set) var countBefore = 0
    private var timesEmpty = 0

    private static let timesMin = 3

    /// Takes in how long the list is now, and returns whether that is believed.
    mutating func believes(count: Int) -> Bool {
        guard count == 0, countBefore > 0 else {
            (countBefore, timesEmpty) = (count, 0)
            return true
        }
        timesEmpty += 1
        guard timesEmpty >= Self.timesMin else { return false }
        (countBefore, timesEmpty) = (0, 0)
        return true
    }
}
