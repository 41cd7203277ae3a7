/** The table of memberships: a member is a user or a group, so no foreign key holds it; its deletion is explicit. */
import { EntitySchema } from 'typeorm';
import type { MemberKind, Membership, MembershipKey } from '../../model/group.ts';
import { flag, text } from './columns.ts';

export interface MembershipRow {
  readonly group_id: string;
  readonly member_id: string;
  readonly member_kind: MemberKind;
  readonly owner: boolean | 0 | 1;
  readonly from_source: boolean | 0 | 1;
}

export const MembershipTable = new EntitySchema<MembershipRow>({
  name: 'memberships',
  columns: {
    group_id: { ...text, primary: true },
    member_id: { ...text, primary: true },
    member_kind: text,
    owner: flag,
    from_source: flag,
  },
});

export function toMembershipKeyRow({
  groupId,
  memberId,
}: MembershipKey): Pick<MembershipRow, 'group_id' | 'member_id'> {
  return { group_id: groupId, member_id: memberId };
}

export function toMembershipRow(membership: Membership): MembershipRow {
  return {
    group_id: membership.groupId,
    member_id: membership.memberId,
    member_kind: membership.memberKind,
    owner: membership.owner,
    from_source: membership.fromSource,
  };
}

export function toMembership(row: MembershipRow): Membership {
  return {
    groupId: row.group_id,
    memberId: row.member_id,
    memberKind: row.member_kind,
    owner: Boolean(row.owner),
    fromSource: Boolean(row.from_source),
  };
}
