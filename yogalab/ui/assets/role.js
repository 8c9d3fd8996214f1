// What whoever looks at a page may do: what they may not is not there. That is manners; safety is the lab's, which asks
// again. A control that takes a role names it (`data-needs`), what stands in its place names the same (`data-instead`);
// base.css does the rest, so that both come and go with the role while the page is open.

const ROLES = ["visitor", "viewer", "coach", "owner"];

/** Whether whoever is here may do what takes this role. */
export const may = (needs) => ROLES.indexOf(document.documentElement.dataset.role) >= ROLES.indexOf(needs);

/** Somebody of this role is here from now on; whether that is another role than before. */
export function here(role) {
  const before = document.documentElement.dataset.role;
  document.documentElement.dataset.role = role;
  return before !== role;
}
