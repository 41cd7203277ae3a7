/** The object classes that are served, as the schema describes them. */
import { type AttributeType, attributeType as type } from './attribute-types.ts';

export interface ObjectClass {
  readonly name: string;
  readonly oid: string;
  readonly superior: string | null;
  readonly kind: 'ABSTRACT' | 'STRUCTURAL' | 'AUXILIARY';
  readonly must: readonly AttributeType[];
  readonly may: readonly AttributeType[];
}

const PERSON_MAY = [
  type.displayName,
  type.givenName,
  type.mail,
  type.mailAlternateAddress,
  type.o,
  type.departmentNumber,
  type.title,
  type.telephoneNumber,
  type.mobile,
  type.employeeNumber,
  type.preferredLanguage,
  type.jpegPhoto,
  type.description,
  type.uid,
  type.username,
  type.sAMAccountName,
  type.userPrincipalName,
  type.objectCategory,
  type.userAccountControl,
  type.rosterQuota,
];
const GROUP_MAY = [
  type.displayName,
  type.description,
  type.mail,
  type.groupPermissions,
  type.member,
  type.uniqueMember,
  type.memberUid,
  type.owner,
  type.objectCategory,
];

/** A groupOfNames must have a member elsewhere; here an empty group is served too, so it may. */
export const OBJECT_CLASSES: readonly ObjectClass[] = [
  define('top', '2.5.6.0', null, 'ABSTRACT', [type.objectClass]),
  define('person', '2.5.6.6', 'top', 'STRUCTURAL', [type.sn, type.cn], [type.description]),
  define(
    'organizationalPerson',
    '2.5.6.7',
    'person',
    'STRUCTURAL',
    [],
    [type.ou, type.title, type.telephoneNumber],
  ),
  define('inetOrgPerson', '2.16.840.1.113730.3.2.2', 'organizationalPerson', 'STRUCTURAL', [], PERSON_MAY),
  define('user', '1.2.840.113556.1.5.9', 'top', 'AUXILIARY', [], PERSON_MAY),
  define('groupOfNames', '2.5.6.9', 'top', 'STRUCTURAL', [type.cn], GROUP_MAY),
  define('groupOfUniqueNames', '2.5.6.17', 'top', 'STRUCTURAL', [type.cn], GROUP_MAY),
  define('group', '1.2.840.113556.1.5.8', 'top', 'AUXILIARY', [], GROUP_MAY),
  define(
    'ldapPublicKey',
    '1.3.6.1.4.1.24552.500.1.1.2.0',
    'top',
    'AUXILIARY',
    [],
    [type.sshPublicKey, type.uid],
  ),
  // As in RFC 2307bis: groupOfNames is the structural class already.
  define(
    'posixAccount',
    '1.3.6.1.1.1.2.0',
    'top',
    'AUXILIARY',
    [type.cn, type.uid, type.uidNumber, type.gidNumber, type.homeDirectory],
    [type.loginShell, type.gecos, type.description],
  ),
  define(
    'posixGroup',
    '1.3.6.1.1.1.2.2',
    'top',
    'AUXILIARY',
    [type.gidNumber],
    [type.memberUid, type.description],
  ),
  // Beside the classes of groups, whose filters find organizations too.
  define(
    'rosterOrganization',
    '2.25.123431166659439846634613086178640685097',
    'top',
    'AUXILIARY',
    [type.o],
    [type.displayName, type.description],
  ),
  define('organization', '2.5.6.4', 'top', 'STRUCTURAL', [type.o], [type.description]),
  define('organizationalUnit', '2.5.6.5', 'top', 'STRUCTURAL', [type.ou], [type.description]),
  define('organizationalRole', '2.5.6.8', 'top', 'STRUCTURAL', [type.cn], [type.description, type.ou]),
  define('applicationProcess', '2.5.6.11', 'top', 'STRUCTURAL', [type.cn], [type.description, type.ou]),
  define('dcObject', '1.3.6.1.4.1.1466.344', 'top', 'AUXILIARY', [type.dc]),
  define('subentry', '2.5.17.0', 'top', 'STRUCTURAL', [type.cn]),
  define(
    'subschema',
    '2.5.20.1',
    'top',
    'AUXILIARY',
    [],
    [type.attributeTypes, type.objectClasses, type.matchingRules, type.ldapSyntaxes],
  ),
];

/** Filters may name a class by its OID (RFC 4512 section 2.5); served are the names. */
export const CLASS_NAMES: ReadonlyMap<string, string> = new Map(
  OBJECT_CLASSES.map(({ oid, name }) => [oid, name]),
);

function define(
  name: string,
  oid: string,
  superior: string | null,
  kind: ObjectClass['kind'],
  must: readonly AttributeType[],
  may: readonly AttributeType[] = [],
): ObjectClass {
  return { name, oid, superior, kind, must, may };
}
