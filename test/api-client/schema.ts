export interface paths {
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description, in OpenAPI 3.1
         * @description Needs no token.
         */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/management-enabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether users are managed here, or by an external authority alone
         * @description Needs no token.
         */
        get: operations["getManagementEnabled"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description Needs no token.
         */
        post: operations["postAuthSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token for a new pair of tokens
         * @description Needs no token.
         */
        post: operations["postAuthRefresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session of the access token
         * @description For everybody who has signed in, within his rights.
         */
        post: operations["postAuthSignOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the own profile, groups and permissions
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what is given of the own profile
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        patch: operations["patchMe"];
        trace?: never;
    };
    "/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the own password; all other sessions end
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        put: operations["putMePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the own picture
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        get: operations["getMeAvatar"];
        /**
         * Give oneself a picture
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        put: operations["putMeAvatar"];
        post?: never;
        /**
         * Take the own picture away
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        delete: operations["deleteMeAvatar"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the own sessions, the one last seen first
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        get: operations["getMeSessions"];
        put?: never;
        post?: never;
        /**
         * End all own sessions but the one that asks
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        delete: operations["deleteMeSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of the own sessions
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        delete: operations["deleteMeSessionsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the own API tokens
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        get: operations["getMeTokens"];
        put?: never;
        /**
         * Make an API token; its secret is shown this once
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        post: operations["postMeTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke one of the own API tokens
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        delete: operations["deleteMeTokensById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users, or look for some
         * @description Needs the permission users.read: see users.
         */
        get: operations["getUsers"];
        put?: never;
        /**
         * Add a user
         * @description Needs the permission users.create: add users.
         */
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description Needs the permission users.read: see users.
         */
        get: operations["getUsersByUsername"];
        /**
         * Replace what is said of a user, or add it; metadata is changed by what is given
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        put: operations["putUsersByUsername"];
        post?: never;
        /**
         * Delete a user
         * @description Needs the permission users.delete: delete users of a lower role.
         */
        delete: operations["deleteUsersByUsername"];
        options?: never;
        head?: never;
        /**
         * Change what is given of a user
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        patch: operations["patchUsersByUsername"];
        trace?: never;
    };
    "/users/{username}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a user another password, or have one made up
         * @description Needs the permission users.password: set the passwords of users of a lower role, and invite them.
         */
        put: operations["putUsersByUsernamePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a user sign in again
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        post: operations["postUsersByUsernameEnable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable a user: sessions and tokens end, nothing is deleted
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        post: operations["postUsersByUsernameDisable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End all sessions of a user
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        delete: operations["deleteUsersByUsernameSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the groups that a user is a direct member of
         * @description Needs the permission users.read: see users.
         */
        get: operations["getUsersByUsernameGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the metadata of a user
         * @description Needs the permission users.read: see users.
         */
        get: operations["getUsersByUsernameMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change metadata of a user
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        patch: operations["patchUsersByUsernameMetadata"];
        trace?: never;
    };
    "/users/{username}/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the picture of a user
         * @description Needs the permission users.read: see users.
         */
        get: operations["getUsersByUsernameAvatar"];
        /**
         * Give a user a picture
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        put: operations["putUsersByUsernameAvatar"];
        post?: never;
        /**
         * Take the picture of a user away
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        delete: operations["deleteUsersByUsernameAvatar"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the single permissions given to a user, or taken away, beside the role
         * @description Needs the permission users.read: see users.
         */
        get: operations["getUsersByUsernamePermissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/permissions/{permission}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a user one permission beside the role, or take it away
         * @description Needs the permission users.role: give users of a lower role another role or single permissions, up to the own.
         */
        put: operations["putUsersByUsernamePermissionsByPermission"];
        post?: never;
        /**
         * Leave one permission of a user to the role again
         * @description Needs the permission users.role: give users of a lower role another role or single permissions, up to the own.
         */
        delete: operations["deleteUsersByUsernamePermissionsByPermission"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users-bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Do the same to many users; tells of each whether it was done
         * @description Needs the permission users.read: see users.
         */
        post: operations["postUsersBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bind a user to an entry of a source, which checks the password from then on
         * @description Needs the permission sources.edit: change sources.
         */
        post: operations["postUsersByUsernameLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/unlink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an imported user a local one; without a password a disabled one
         * @description Needs the permission sources.edit: change sources.
         */
        post: operations["postUsersByUsernameUnlink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{idOrName}/users/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring in one person from a source, with groups, before a sync does
         * @description Needs the permission sources.sync: synchronize sources, and confirm and cancel runs.
         */
        post: operations["postSourcesByIdOrNameUsersByUsername"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/reset-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link by which a user chooses a password
         * @description Needs the permission users.password: set the passwords of users of a lower role, and invite them.
         */
        post: operations["postUsersByUsernameResetLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite a user who has no password yet
         * @description Needs the permission users.password: set the passwords of users of a lower role, and invite them.
         */
        post: operations["postUsersByUsernameInvite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/forgotten-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a link by mail; the answer is the same whether or not somebody gets one
         * @description Needs no token.
         */
        post: operations["postAuthForgottenPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/choose-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a password by a link
         * @description Needs no token.
         */
        post: operations["postAuthChoosePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/impersonation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a temporary password of a user, who keeps the own one
         * @description Needs the permission users.impersonate: get a temporary password for users of a lower role.
         */
        post: operations["postUsersByUsernameImpersonation"];
        /**
         * Withdraw the temporary password, with the sessions that it opened
         * @description Needs the permission users.impersonate: get a temporary password for users of a lower role.
         */
        delete: operations["deleteUsersByUsernameImpersonation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell whether one has a second factor, and must have one
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getMeSecondFactor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/second-factor/offer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get what an authenticator is to be given; it counts once it is confirmed
         * @description For everybody who has signed in, within his rights.
         */
        post: operations["postMeSecondFactorOffer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch the offered second factor on by a code of it
         * @description For everybody who has signed in, within his rights.
         */
        post: operations["postMeSecondFactorConfirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/second-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get new recovery codes in the place of those that are left
         * @description For everybody who has signed in, within his rights.
         */
        post: operations["postMeSecondFactorRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/second-factor/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch the own second factor off
         * @description For everybody who has signed in, within his rights.
         */
        post: operations["postMeSecondFactorDisable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Switch off the second factor of somebody who has lost it
         * @description Needs the permission users.second-factor: switch off the second factor of users of a lower role.
         */
        delete: operations["deleteUsersByUsernameSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/app-passwords": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the own app passwords
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        get: operations["getMeAppPasswords"];
        put?: never;
        /**
         * Make an app password
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        post: operations["postMeAppPasswords"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/app-passwords/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an app password, by id or name
         * @description Needs the permission self: see and change the own profile, password, sessions and tokens.
         */
        delete: operations["deleteMeAppPasswordsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List groups in the order of their names
         * @description Needs the permission groups.read: see groups and their members.
         */
        get: operations["getGroups"];
        put?: never;
        /**
         * Add a group
         * @description Needs the permission groups.create: add groups.
         */
        post: operations["postGroups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a group
         * @description Needs the permission groups.read: see groups and their members.
         */
        get: operations["getGroupsByName"];
        /**
         * Replace a group, or add it
         * @description Needs the permission groups.edit: change groups.
         */
        put: operations["putGroupsByName"];
        post?: never;
        /**
         * Delete a group; its members stay
         * @description Needs the permission groups.delete: delete groups.
         */
        delete: operations["deleteGroupsByName"];
        options?: never;
        head?: never;
        /**
         * Change what is given of a group
         * @description Needs the permission groups.edit: change groups.
         */
        patch: operations["patchGroupsByName"];
        trace?: never;
    };
    "/groups/{name}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the direct members of a group
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getGroupsByNameMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{name}/members/{kind}/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a user or a group a member, or change whether a user is an owner
         * @description For everybody who has signed in, within his rights.
         */
        put: operations["putGroupsByNameMembersByKindByMember"];
        post?: never;
        /**
         * Take a member out of a group
         * @description For everybody who has signed in, within his rights.
         */
        delete: operations["deleteGroupsByNameMembersByKindByMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{name}/copy-members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the members of another group members too
         * @description For everybody who has signed in, within his rights.
         */
        post: operations["postGroupsByNameCopyMembers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the organizations that one sees, in the order of their slugs
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getOrganizations"];
        put?: never;
        /**
         * Add an organization
         * @description Needs the permission organizations.create: add organizations.
         */
        post: operations["postOrganizations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the organizations that a user is in
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getUsersByUsernameOrganizations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an organization, and what would go with it
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getOrganizationsBySlug"];
        /**
         * Replace an organization, or add it
         * @description Needs the permission organizations.edit: change organizations and their members.
         */
        put: operations["putOrganizationsBySlug"];
        post?: never;
        /**
         * Delete an organization, if so much goes with it as the query says; its members stay
         * @description Needs the permission organizations.delete: delete organizations.
         */
        delete: operations["deleteOrganizationsBySlug"];
        options?: never;
        head?: never;
        /**
         * Change what is given of an organization
         * @description Needs the permission organizations.edit: change organizations and their members.
         */
        patch: operations["patchOrganizationsBySlug"];
        trace?: never;
    };
    "/organizations/{slug}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the direct members of an organization
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getOrganizationsBySlugMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{slug}/members/{kind}/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a user or a group a member, or change whether a user is an owner
         * @description For everybody who has signed in, within his rights.
         */
        put: operations["putOrganizationsBySlugMembersByKindByMember"];
        post?: never;
        /**
         * Take a member out of an organization
         * @description For everybody who has signed in, within his rights.
         */
        delete: operations["deleteOrganizationsBySlugMembersByKindByMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attributes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the attributes that are defined
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getAttributes"];
        put?: never;
        /**
         * Define an attribute of users or groups
         * @description Needs the permission settings.edit: change the settings.
         */
        post: operations["postAttributes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attributes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an attribute, and how many have it
         * @description Needs the permission settings.read: see the settings and the state of the server.
         */
        get: operations["getAttributesByName"];
        put?: never;
        post?: never;
        /**
         * Delete an attribute with its values, if as many have it as the query says
         * @description Needs the permission settings.edit: change the settings.
         */
        delete: operations["deleteAttributesByName"];
        options?: never;
        head?: never;
        /**
         * Change what is given of an attribute
         * @description Needs the permission settings.edit: change the settings.
         */
        patch: operations["patchAttributesByName"];
        trace?: never;
    };
    "/users/{username}/attributes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the attributes of a user
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getUsersByUsernameAttributes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change attributes of a user
         * @description For everybody who has signed in, within his rights.
         */
        patch: operations["patchUsersByUsernameAttributes"];
        trace?: never;
    };
    "/groups/{name}/attributes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the attributes of a group
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getGroupsByNameAttributes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change attributes of a group
         * @description Needs the permission groups.edit: change groups.
         */
        patch: operations["patchGroupsByNameAttributes"];
        trace?: never;
    };
    "/users/{username}/attributes/{attribute}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the picture of a user in an attribute
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getUsersByUsernameAttributesByAttributeImage"];
        /**
         * Give a user a picture in an attribute
         * @description For everybody who has signed in, within his rights.
         */
        put: operations["putUsersByUsernameAttributesByAttributeImage"];
        post?: never;
        /**
         * Take the picture of a user in an attribute away
         * @description For everybody who has signed in, within his rights.
         */
        delete: operations["deleteUsersByUsernameAttributesByAttributeImage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{name}/attributes/{attribute}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the picture of a group in an attribute
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getGroupsByNameAttributesByAttributeImage"];
        /**
         * Give a group a picture in an attribute
         * @description Needs the permission groups.edit: change groups.
         */
        put: operations["putGroupsByNameAttributesByAttributeImage"];
        post?: never;
        /**
         * Take the picture of a group in an attribute away
         * @description Needs the permission groups.edit: change groups.
         */
        delete: operations["deleteGroupsByNameAttributesByAttributeImage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/storage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what a user may take of storage, and takes
         * @description For everybody who has signed in, within his rights.
         */
        get: operations["getUsersByUsernameStorage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/storage/{application}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Say what a user takes of storage in an application
         * @description Needs the permission users.storage: say how much storage users take, for applications.
         */
        put: operations["putUsersByUsernameStorageByApplication"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all roles, the highest first
         * @description Needs the permission roles.read: see roles.
         */
        get: operations["getRoles"];
        put?: never;
        /**
         * Add a role
         * @description Needs the permission roles.edit: add, change and delete roles of a lower rank.
         */
        post: operations["postRoles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a role
         * @description Needs the permission roles.read: see roles.
         */
        get: operations["getRolesByName"];
        put?: never;
        post?: never;
        /**
         * Delete a role that nobody has
         * @description Needs the permission roles.edit: add, change and delete roles of a lower rank.
         */
        delete: operations["deleteRolesByName"];
        options?: never;
        head?: never;
        /**
         * Change what is given of a role; its permissions as a whole
         * @description Needs the permission roles.edit: add, change and delete roles of a lower rank.
         */
        patch: operations["patchRolesByName"];
        trace?: never;
    };
    "/applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all applications
         * @description Needs the permission applications.read: see applications.
         */
        get: operations["getApplications"];
        put?: never;
        /**
         * Add an application; without groups or everyone it sees nobody
         * @description Needs the permission applications.create: add applications.
         */
        post: operations["postApplications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/applications/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an application
         * @description Needs the permission applications.read: see applications.
         */
        get: operations["getApplicationsByName"];
        put?: never;
        post?: never;
        /**
         * Delete an application
         * @description Needs the permission applications.delete: delete applications.
         */
        delete: operations["deleteApplicationsByName"];
        options?: never;
        head?: never;
        /**
         * Change what is given of an application
         * @description Needs the permission applications.edit: change applications and their passwords.
         */
        patch: operations["patchApplicationsByName"];
        trace?: never;
    };
    "/applications/{name}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give an application another password, or have one made up
         * @description Needs the permission applications.edit: change applications and their passwords.
         */
        put: operations["putApplicationsByNamePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all sources
         * @description Needs the permission sources.read: see sources and their runs.
         */
        get: operations["getSources"];
        put?: never;
        /**
         * Add a source
         * @description Needs the permission sources.create: add sources.
         */
        post: operations["postSources"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{idOrName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a source
         * @description Needs the permission sources.read: see sources and their runs.
         */
        get: operations["getSourcesByIdOrName"];
        put?: never;
        post?: never;
        /**
         * Delete a source; nobody is deleted with it
         * @description Needs the permission sources.delete: delete sources.
         */
        delete: operations["deleteSourcesByIdOrName"];
        options?: never;
        head?: never;
        /**
         * Change what is given of a source
         * @description Needs the permission sources.edit: change sources.
         */
        patch: operations["patchSourcesByIdOrName"];
        trace?: never;
    };
    "/sources/{idOrName}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a source: connection, bind, searches; what is wrong stands in the answer
         * @description Needs the permission sources.sync: synchronize sources, and confirm and cancel runs.
         */
        post: operations["postSourcesByIdOrNameTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{idOrName}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell what a sync would do, and do nothing
         * @description Needs the permission sources.sync: synchronize sources, and confirm and cancel runs.
         */
        post: operations["postSourcesByIdOrNamePreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{idOrName}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a sync; a conflict names the run (runId) that is alive
         * @description Needs the permission sources.sync: synchronize sources, and confirm and cancel runs.
         */
        post: operations["postSourcesByIdOrNameSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync-runs/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin the sync that a paused run has planned
         * @description Needs the permission sources.sync: synchronize sources, and confirm and cancel runs.
         */
        post: operations["postSyncRunsByIdConfirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync-runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a run to end; what it has done stays
         * @description Needs the permission sources.sync: synchronize sources, and confirm and cancel runs.
         */
        post: operations["postSyncRunsByIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List runs, newest first
         * @description Needs the permission sources.read: see sources and their runs.
         */
        get: operations["getSyncRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync-runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a run; with "Accept: text/event-stream" as it goes, in events "progress" and "end"
         * @description Needs the permission sources.read: see sources and their runs.
         */
        get: operations["getSyncRunsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync-runs/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what a run did, or for a paused one what it would have done
         * @description Needs the permission sources.read: see sources and their runs.
         */
        get: operations["getSyncRunsByIdItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the settings
         * @description Needs the permission settings.read: see the settings and the state of the server.
         */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what is given of the settings
         * @description Needs the permission settings.edit: change the settings.
         */
        patch: operations["patchSettings"];
        trace?: never;
    };
    "/allow-list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the allow-list
         * @description Needs the permission settings.read: see the settings and the state of the server.
         */
        get: operations["getAllowList"];
        /**
         * Replace the allow-list
         * @description Needs the permission settings.edit: change the settings.
         */
        put: operations["putAllowList"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openid-connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the provider that is set, without its secret
         * @description Needs the permission settings.read: see the settings and the state of the server.
         */
        get: operations["getOpenidConnect"];
        put?: never;
        post?: never;
        /**
         * Let nobody sign in there any more
         * @description Needs the permission settings.edit: change the settings.
         */
        delete: operations["deleteOpenidConnect"];
        options?: never;
        head?: never;
        /**
         * Set a provider, or change what is given of it
         * @description Needs the permission settings.edit: change the settings.
         */
        patch: operations["patchOpenidConnect"];
        trace?: never;
    };
    "/users/{username}/openid-identity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget who a user is at the provider: the next sign-in there is as the first
         * @description Needs the permission users.edit: change, enable and disable users of a lower role, and end their sessions.
         */
        delete: operations["deleteUsersByUsernameOpenidIdentity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read which external authority is set
         * @description Needs the permission settings.read: see the settings and the state of the server.
         */
        get: operations["getAuthority"];
        put?: never;
        post?: never;
        /**
         * Take the external authority away: people are managed here again
         * @description Needs the permission settings.edit: change the settings.
         */
        delete: operations["deleteAuthority"];
        options?: never;
        head?: never;
        /**
         * Set the external authority, or change what is given of it
         * @description Needs the permission settings.edit: change the settings.
         */
        patch: operations["patchAuthority"];
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look into the audit, the newest lines first
         * @description Needs the permission audit.read: see the audit and the sign-ins.
         */
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add the people of a file, or all that an export holds: all of it, or nothing
         * @description Needs the permission import: import users and groups from files.
         */
        post: operations["postImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read users (csv), or users and groups (json, ldif), without passwords
         * @description Needs the permission export: export users and groups to files.
         */
        get: operations["getExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A pair of tokens. */
        TokenPair: {
            /** @description Goes into the header Authorization, after "Bearer ". */
            accessToken: string;
            /** @constant */
            tokenType: "Bearer";
            /** @description Seconds until the access token expires. */
            expiresIn: number;
            /** @description Good once. */
            refreshToken: string;
            user: components["schemas"]["User"];
        };
        /** @description A user. */
        User: {
            id: string;
            posixNumber: number;
            username: string;
            email: string | null;
            otherEmails: string[];
            displayName: string;
            givenName: string;
            familyName: string;
            role: string;
            active: boolean;
            confirmed: boolean;
            fallbackEmail: string | null;
            language: string;
            affiliations: string[];
            employeeNumber: string;
            title: string;
            department: string;
            phone: string;
            mobile: string;
            sshPublicKeys: string[];
            hasAvatar: boolean;
            avatarBytes: number;
            metadata: {
                [key: string]: string;
            };
            /** @description Whether the user may sign in. */
            enabled: boolean;
            /**
             * @description invited: no password yet.
             * @enum {string}
             */
            state: "invited" | "active" | "suspended" | "disabled";
            hasPassword: boolean;
            passwordChangedAt: string | null;
            /** @description Whether a second factor is asked. */
            secondFactor: boolean;
            origin: components["schemas"]["Origin"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description The entry upstream of what is imported; null for what is kept here. */
        Origin: {
            sourceId: string;
            externalId: string;
            dn: string;
            suspendedSince: string | null;
            /**
             * Format: date-time
             * @description Since when the source no longer lists it.
             */
            goneSince?: string;
        } | null;
        /** @description Who asks, and what he may do. */
        Me: {
            id: string;
            posixNumber: number;
            username: string;
            email: string | null;
            otherEmails: string[];
            displayName: string;
            givenName: string;
            familyName: string;
            role: string;
            active: boolean;
            confirmed: boolean;
            fallbackEmail: string | null;
            language: string;
            affiliations: string[];
            employeeNumber: string;
            title: string;
            department: string;
            phone: string;
            mobile: string;
            sshPublicKeys: string[];
            hasAvatar: boolean;
            avatarBytes: number;
            metadata: {
                [key: string]: string;
            };
            /** @description Whether the user may sign in. */
            enabled: boolean;
            /**
             * @description invited: no password yet.
             * @enum {string}
             */
            state: "invited" | "active" | "suspended" | "disabled";
            hasPassword: boolean;
            passwordChangedAt: string | null;
            /** @description Whether a second factor is asked. */
            secondFactor: boolean;
            origin: components["schemas"]["Origin"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            groups: {
                name: string;
                owner: boolean;
                fromSource: boolean;
            }[];
            permissions: string[];
        };
        /** @description One sign-in. */
        Session: {
            id: string;
            /** @enum {string} */
            kind: "page" | "api";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastSeenAt: string;
            /** Format: date-time */
            expiresAt: string;
            address: string | null;
            userAgent: string;
            current: boolean;
        };
        /** @description A personal API token. */
        Token: {
            id: string;
            name: string;
            permissions: string[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            lastUsedAt: string | null;
        };
        /** @description A user with the groups that have it as a direct member. */
        DetailedUser: {
            id: string;
            posixNumber: number;
            username: string;
            email: string | null;
            otherEmails: string[];
            displayName: string;
            givenName: string;
            familyName: string;
            role: string;
            active: boolean;
            confirmed: boolean;
            fallbackEmail: string | null;
            language: string;
            affiliations: string[];
            employeeNumber: string;
            title: string;
            department: string;
            phone: string;
            mobile: string;
            sshPublicKeys: string[];
            hasAvatar: boolean;
            avatarBytes: number;
            metadata: {
                [key: string]: string;
            };
            /** @description Whether the user may sign in. */
            enabled: boolean;
            /**
             * @description invited: no password yet.
             * @enum {string}
             */
            state: "invited" | "active" | "suspended" | "disabled";
            hasPassword: boolean;
            passwordChangedAt: string | null;
            /** @description Whether a second factor is asked. */
            secondFactor: boolean;
            origin: components["schemas"]["Origin"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            groups: {
                name: string;
                owner: boolean;
                fromSource: boolean;
            }[];
        };
        /** @description A user, and its password where that was made up; shown this once. */
        AddedUser: {
            id: string;
            posixNumber: number;
            username: string;
            email: string | null;
            otherEmails: string[];
            displayName: string;
            givenName: string;
            familyName: string;
            role: string;
            active: boolean;
            confirmed: boolean;
            fallbackEmail: string | null;
            language: string;
            affiliations: string[];
            employeeNumber: string;
            title: string;
            department: string;
            phone: string;
            mobile: string;
            sshPublicKeys: string[];
            hasAvatar: boolean;
            avatarBytes: number;
            metadata: {
                [key: string]: string;
            };
            /** @description Whether the user may sign in. */
            enabled: boolean;
            /**
             * @description invited: no password yet.
             * @enum {string}
             */
            state: "invited" | "active" | "suspended" | "disabled";
            hasPassword: boolean;
            passwordChangedAt: string | null;
            /** @description Whether a second factor is asked. */
            secondFactor: boolean;
            origin: components["schemas"]["Origin"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** @description Where one was made up. */
            password: string | null;
        };
        /** @description A link by which a user chooses a password, once, within a day. */
        PasswordLink: {
            /** @enum {string} */
            kind: "reset" | "invitation";
            /** Format: date-time */
            expiresAt: string;
            /** @description null: it was not sent, and is to be handed over. */
            sentTo: string | null;
            /** @description null where it was sent. */
            url: string | null;
        };
        /** @description A password for one app, over LDAP alone. */
        AppPassword: {
            id: string;
            name: string;
            /** @description null: it opens the account wherever LDAP is spoken. */
            application: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description To some minutes. */
            lastUsedAt: string | null;
        };
        /** @description An app password as it was made. */
        AddedAppPassword: {
            id: string;
            name: string;
            /** @description null: it opens the account wherever LDAP is spoken. */
            application: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description To some minutes. */
            lastUsedAt: string | null;
            /** @description Shown this once. */
            secret: string;
        };
        /** @description A group; updatedAt moves with its members too. */
        Group: {
            id: string;
            posixNumber: number;
            name: string;
            displayName: string;
            description: string;
            email: string | null;
            permissions: ("private" | "read-only" | "read-annotate" | "read-write") | null;
            metadata: {
                [key: string]: string;
            };
            origin: components["schemas"]["Origin"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description A direct member of a group. */
        Member: {
            name: string;
            /** @enum {string} */
            kind: "user" | "group";
            owner: boolean;
            fromSource: boolean;
        };
        /** @description An organization; updatedAt moves with its members too. */
        Organization: {
            id: string;
            slug: string;
            name: string;
            description: string;
            /**
             * @description public: seen by everybody who signs in.
             * @enum {string}
             */
            visibility: "public" | "private";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        DetailedOrganization: {
            id: string;
            slug: string;
            name: string;
            description: string;
            /**
             * @description public: seen by everybody who signs in.
             * @enum {string}
             */
            visibility: "public" | "private";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** @description Usernames of those who manage its members. */
            owners: string[];
            /** @description Users and groups directly in it. */
            members: number;
            /** @description Groups that it is directly in. */
            groups: number;
            /** @description Applications that it opens to its members. */
            applications: number;
        };
        /** @description An attribute that administrators defined. */
        Attribute: {
            id: string;
            /** @description As served over LDAP. */
            name: string;
            /** @enum {string} */
            subject: "user" | "group";
            /** @enum {string} */
            type: "text" | "integer" | "boolean" | "time" | "image";
            /** @description Whether it may have more than one value. */
            several: boolean;
            description: string;
            /**
             * @description directory: the bind DN of the directory alone, by its name.
             * @enum {string}
             */
            readers: "all" | "directory";
            /**
             * @description self: the user too.
             * @enum {string}
             */
            writers: "admin" | "self";
        };
        DetailedAttribute: {
            id: string;
            /** @description As served over LDAP. */
            name: string;
            /** @enum {string} */
            subject: "user" | "group";
            /** @enum {string} */
            type: "text" | "integer" | "boolean" | "time" | "image";
            /** @description Whether it may have more than one value. */
            several: boolean;
            description: string;
            /**
             * @description directory: the bind DN of the directory alone, by its name.
             * @enum {string}
             */
            readers: "all" | "directory";
            /**
             * @description self: the user too.
             * @enum {string}
             */
            writers: "admin" | "self";
            /** @description Users or groups that have values of it. */
            holders: number;
        };
        /** @description What a user may take and takes of storage. */
        Storage: {
            /** @description Megabytes, from the metadata of that name; null: no limit. */
            maxStorageMB: number | null;
            /** @description Megabytes, of all applications. */
            usedMB: number;
            isExceeded: boolean;
            applications: {
                name: string;
                /** @description Megabytes. */
                usedMB: number;
                /** Format: date-time */
                at: string;
            }[];
        };
        /** @description What its users may do; who has the higher rank may act on the others. */
        Role: {
            name: string;
            description: string;
            rank: number;
            permissions: string[];
            builtIn: boolean;
        };
        /** @description A program with a service account, and what it sees. */
        Application: {
            id: string;
            name: string;
            description: string;
            allow: string[];
            everyone: boolean;
            /** @description Ids. */
            groups: string[];
            /** @enum {string} */
            secondFactor: "ignore" | "when-given" | "required";
            enabled: boolean;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description An application, and its password where that was made up; shown this once. */
        AddedApplication: {
            id: string;
            name: string;
            description: string;
            allow: string[];
            everyone: boolean;
            /** @description Ids. */
            groups: string[];
            /** @enum {string} */
            secondFactor: "ignore" | "when-given" | "required";
            enabled: boolean;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            password: string | null;
        };
        /** @description A directory from which users and groups are imported. */
        Source: {
            id: string;
            name: string;
            /** @enum {string} */
            preset: "jumpcloud" | "okta" | "active-directory" | "openldap" | "389ds" | "google" | "entra-domain-services" | "cloudron" | "roster";
            url: string;
            caPem: string | null;
            clientCertificatePem: string | null;
            baseDn: string;
            bindDn: string;
            filter: string;
            usernameField: string;
            syncGroups: boolean;
            groupBaseDn: string;
            groupFilter: string;
            groupNameField: string;
            schedule: string | null;
            timeZone: string;
            nextRunAt: string | null;
            policy: {
                /** @enum {string} */
                removal: "disable" | "delete";
                removalGraceDays: number;
                /** @enum {string} */
                goneGroups: "keep" | "remove";
                /** @enum {string} */
                localMembers: "keep" | "remove";
                /** @enum {string} */
                conflicts: "report" | "link";
                precedence: number;
                guardPercent: number;
                guardMinimum: number;
            };
            dialect: {
                attributes?: {
                    id?: string[] | null;
                    email?: string[] | null;
                    otherEmails?: string[] | null;
                    displayName?: string[] | null;
                    givenName?: string[] | null;
                    familyName?: string[] | null;
                    language?: string[] | null;
                    affiliations?: string[] | null;
                    employeeNumber?: string[] | null;
                    title?: string[] | null;
                    department?: string[] | null;
                    phone?: string[] | null;
                    mobile?: string[] | null;
                    sshPublicKeys?: string[] | null;
                    avatar?: string[] | null;
                    groupDisplayName?: string[] | null;
                    groupDescription?: string[] | null;
                    members?: string[] | null;
                    memberUids?: string[] | null;
                    memberOf?: string[] | null;
                };
                usernameFrom?: ("whole" | "before-at") | null;
                membersFrom?: ("groups" | "users") | null;
                pageSize?: number | null;
            };
            signIn: {
                createUsers?: boolean | null;
                bindsPerSecond?: number | null;
                timeLimitSeconds?: number | null;
                rememberSeconds?: number | null;
            };
            enabled: boolean;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description What works of a source, and its first people and groups. */
        SourceTest: {
            ok: boolean;
            steps: {
                name: string;
                ok: boolean;
                message: string;
            }[];
            users: {
                [key: string]: unknown;
            }[];
            groups: {
                [key: string]: unknown;
            }[];
        };
        /** @description What a sync would do. */
        SyncPreview: {
            /** @description Why a person would be asked first; null: nobody would. */
            pause: string | null;
            summary: string;
            counters: components["schemas"]["SyncCounters"];
            problems: {
                dn: string;
                reason: string;
                /** @description Of somebody else here, who can be linked to it. */
                takenUsername?: string;
            }[];
            items: components["schemas"]["SyncItem"][];
            itemsTotal: number;
        };
        SyncCounters: {
            usersSeen: number;
            groupsSeen: number;
            usersCreated: number;
            usersUpdated: number;
            usersDisabled: number;
            usersEnabled: number;
            usersDeleted: number;
            groupsCreated: number;
            groupsUpdated: number;
            groupsSuspended: number;
            groupsDeleted: number;
            membersAdded: number;
            membersRemoved: number;
            problems: number;
        };
        /** @description What a run does to one user or group. */
        SyncItem: {
            /** @enum {string} */
            kind: "user" | "group";
            /** @enum {string} */
            action: "create" | "update" | "suspend" | "restore" | "delete" | "adopt" | "members";
            name: string;
            dn: string;
            changes: {
                field: string;
                from: string | null;
                to: string | null;
            }[];
            moreChanges: number;
        };
        /** @description One pass of a source. */
        SyncRun: {
            id: string;
            sourceId: string;
            /** @enum {string} */
            state: "running" | "succeeded" | "failed" | "aborted" | "paused" | "cancelled";
            /** @enum {string} */
            phase: "connect" | "enumerate-users" | "enumerate-groups" | "plan" | "guard" | "apply" | "report";
            progress: {
                done: number;
                total: number | null;
            };
            counters: components["schemas"]["SyncCounters"];
            /** @description One sentence: what came of it; empty while it runs. */
            reason: string;
            /** Format: date-time */
            startedAt: string;
            finishedAt: string | null;
            cancelRequested: boolean;
            problems: {
                dn: string;
                reason: string;
                /** @description Of somebody else here, who can be linked to it. */
                takenUsername?: string;
            }[];
        };
        /** @description A run without its problems. */
        SyncRunSummary: {
            id: string;
            sourceId: string;
            /** @enum {string} */
            state: "running" | "succeeded" | "failed" | "aborted" | "paused" | "cancelled";
            /** @enum {string} */
            phase: "connect" | "enumerate-users" | "enumerate-groups" | "plan" | "guard" | "apply" | "report";
            progress: {
                done: number;
                total: number | null;
            };
            counters: components["schemas"]["SyncCounters"];
            /** @description One sentence: what came of it; empty while it runs. */
            reason: string;
            /** Format: date-time */
            startedAt: string;
            finishedAt: string | null;
            cancelRequested: boolean;
        };
        /** @description What a run did to one user or group. */
        SyncReportItem: {
            /** @enum {string} */
            kind: "user" | "group";
            /** @enum {string} */
            action: "create" | "update" | "suspend" | "restore" | "delete" | "adopt" | "members";
            name: string;
            dn: string;
            changes: {
                field: string;
                from: string | null;
                to: string | null;
            }[];
            moreChanges: number;
            seq: number;
        };
        /** @description The settings in force, without secrets. */
        Settings: {
            allow: string[];
            /** @description Whether LDAPS is served at all. */
            ldapServed: boolean;
            passwordModify: boolean;
            posix: {
                enabled: boolean;
                homeDirectory: string;
                loginShell: string;
            };
            /** @description Whether people may not change their own profiles. */
            profilesLocked: boolean;
            /** @description Whether more storage than a user may take is refused. */
            storageLimited: boolean;
            auditDays: number;
            /** @description Characters of new passwords of people. */
            passwordLengthMinimum: number;
            /** @description Points by zxcvbn, 0 to 4. */
            passwordScoreMinimum: number;
            /** @description Roles whose users can do nothing without a second factor. */
            secondFactorRoles: "all" | string[];
        };
        /** @description The provider at which people may sign in to the pages. */
        OpenIdConnect: {
            /** @description URL, as the provider calls itself. */
            issuer: string;
            clientId: string;
            /** @description Certificates to trust; null: the public ones. */
            caPem: string | null;
            /** @description On the button, after "Sign in with". */
            label: string;
            /**
             * @description By what a newcomer is taken for a user who is here.
             * @enum {string}
             */
            match: "nobody" | "username" | "email";
            /** @description Whether others become users. */
            createUsers: boolean;
            usernameClaim: string;
            roleClaim: string;
            /** @description Name of a role by value of the role claim. */
            roles: {
                [key: string]: string;
            };
            /**
             * @description Who sees to it.
             * @enum {string}
             */
            secondFactor: "roster" | "provider";
        };
        /** @description The external authority. */
        Authority: {
            /** @description To which name and password are posted: https, or http on the machine of the server. */
            url: string;
            /** @description Certificates to trust in the place of the public ones; null: those. */
            caPem: string | null;
            timeoutSeconds: number;
            /** @description Whether it may say that somebody is an owner. */
            ownersAllowed: boolean;
            hasToken: boolean;
        };
        /** @description One change, or one attempt that is worth a line. */
        AuditLine: {
            id: string;
            /** Format: date-time */
            at: string;
            actor: {
                door: string;
                name: string;
                address: string | null;
                userId: string | null;
            };
            action: string;
            subjectId: string | null;
            details: {
                [key: string]: unknown;
            };
        };
        /** @description What an import did, or would do. */
        Imported: {
            /** @description Whether anything was kept of it. */
            applied: boolean;
            created: number;
            updated: number;
            unchanged: number;
            /** @description What an export has beside people. */
            others: {
                [key: string]: {
                    created: number;
                    updated: number;
                    unchanged: number;
                };
            };
            /** @description The first hundred. */
            problems: {
                line: number;
                /** @description null: the whole line. */
                column: (string | number) | null;
                message: string;
            }[];
            problemsTotal: number;
        };
        /** @description Problem details (RFC 9457). */
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @description One sentence. */
            detail: string;
            code?: string;
            /** @description The member of the request that is at fault. */
            field?: string;
        } & {
            [key: string]: unknown;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getManagementEnabled: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        enabled: boolean;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Username or e-mail address. */
                    username: string;
                    /** Format: password */
                    password: string;
                    /** @description Code of the second factor, or a recovery code. */
                    totp?: string;
                };
            };
        };
        responses: {
            /** @description A pair of tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthRefresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description A pair of tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthSignOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who asks, and what he may do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email?: string | null;
                    displayName?: string;
                    givenName?: string;
                    familyName?: string;
                    fallbackEmail?: string | null;
                    language?: string;
                    affiliations?: string[];
                    employeeNumber?: string;
                    title?: string;
                    department?: string;
                    phone?: string;
                    mobile?: string;
                    sshPublicKeys?: string[];
                    /**
                     * Format: password
                     * @description Asked for with another address.
                     */
                    currentPassword?: string;
                };
            };
        };
        responses: {
            /** @description Who asks, and what he may do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putMePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: password */
                    oldPassword: string;
                    /** Format: password */
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMeAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The content. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putMeAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": unknown;
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMeAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMeSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"][];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMeSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: number;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMeSessionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMeTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"][];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMeTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description At most the own. */
                    permissions: string[];
                    /** @description Until it expires. */
                    days: number;
                };
            };
        };
        responses: {
            /** @description The answer. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        permissions: string[];
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        expiresAt: string;
                        lastUsedAt: string | null;
                        secret: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMeTokensById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                search?: string;
                enabled?: "true" | "false";
                role?: string;
                source?: string;
                group?: string;
                sort?: "username" | "-username" | "name" | "-name" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt";
                detailed?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: (components["schemas"]["DetailedUser"] | components["schemas"]["User"])[];
                        /** @description The cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsers: {
        parameters: {
            query?: {
                update?: "by-email";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    username: string;
                    email?: string | null;
                    displayName?: string;
                    givenName?: string;
                    familyName?: string;
                    fallbackEmail?: string | null;
                    language?: string;
                    affiliations?: string[];
                    employeeNumber?: string;
                    title?: string;
                    department?: string;
                    phone?: string;
                    mobile?: string;
                    sshPublicKeys?: string[];
                    confirmed?: boolean;
                    /** @description What is given is changed; null takes a key away. */
                    metadata?: {
                        [key: string]: string | null;
                    };
                    /**
                     * Format: password
                     * @description Left out, there is none yet.
                     */
                    password?: string;
                    generatePassword?: boolean;
                };
            };
        };
        responses: {
            /** @description A user, and its password where that was made up; shown this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedUser"];
                };
            };
            /** @description A user, and its password where that was made up; shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedUser"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsername: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUsersByUsername: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email?: string | null;
                    displayName?: string;
                    givenName?: string;
                    familyName?: string;
                    fallbackEmail?: string | null;
                    language?: string;
                    affiliations?: string[];
                    employeeNumber?: string;
                    title?: string;
                    department?: string;
                    phone?: string;
                    mobile?: string;
                    sshPublicKeys?: string[];
                    confirmed?: boolean;
                    /** @description What is given is changed; null takes a key away. */
                    metadata?: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A user. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersByUsername: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchUsersByUsername: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    username?: string;
                    role?: string;
                    email?: string | null;
                    displayName?: string;
                    givenName?: string;
                    familyName?: string;
                    fallbackEmail?: string | null;
                    language?: string;
                    affiliations?: string[];
                    employeeNumber?: string;
                    title?: string;
                    department?: string;
                    phone?: string;
                    mobile?: string;
                    sshPublicKeys?: string[];
                    confirmed?: boolean;
                    /** @description What is given is changed; null takes a key away. */
                    metadata?: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUsersByUsernamePassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: password
                     * @description Left out, one is made up.
                     */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description The password where it was made up. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        password: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsersByUsernameEnable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsersByUsernameDisable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersByUsernameSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many there were. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: number;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsernameGroups: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        owner: boolean;
                        fromSource: boolean;
                    }[];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsernameMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchUsersByUsernameMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: string | null;
                };
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsernameAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The content. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUsersByUsernameAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": unknown;
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersByUsernameAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsernamePermissions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        permission: string;
                        allowed: boolean;
                    }[];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUsersByUsernamePermissionsByPermission: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
                permission: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    allowed: boolean;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersByUsernamePermissionsByPermission: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
                permission: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsersBulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    usernames: string[];
                    do: {
                        /** @enum {string} */
                        action: "enable" | "disable" | "delete";
                    } | {
                        /** @enum {string} */
                        action: "add-to-group" | "remove-from-group";
                        group: string;
                    } | {
                        /** @constant */
                        action: "set-role";
                        role: string;
                    };
                };
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        outcomes: {
                            username: string;
                            ok: boolean;
                            code?: string;
                            /** @description One sentence, where it failed. */
                            detail?: string;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsersByUsernameLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name or id. */
                    source: string;
                    dn?: string;
                    /** @description Stable id, such as its entryUUID or objectGUID. */
                    externalId?: string;
                };
            };
        };
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsersByUsernameUnlink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: password */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSourcesByIdOrNameUsersByUsername: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                idOrName: string;
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsersByUsernameResetLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description By mail, where that is possible.
                     * @default true
                     */
                    send?: boolean;
                };
            };
        };
        responses: {
            /** @description A link by which a user chooses a password, once, within a day. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordLink"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsersByUsernameInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description By mail, where that is possible.
                     * @default true
                     */
                    send?: boolean;
                };
            };
        };
        responses: {
            /** @description A link by which a user chooses a password, once, within a day. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordLink"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthForgottenPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Username or e-mail address. */
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthChoosePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its last part: roster_l_... */
                    link: string;
                    /** Format: password */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsersByUsernameImpersonation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description 1 to 24; left out, 6. */
                    hours?: number;
                };
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Shown this once. */
                        password: string;
                        /** Format: date-time */
                        expiresAt: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersByUsernameImpersonation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMeSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        enabled: boolean;
                        required: boolean;
                        /** @description Whether one has a password, which is asked for. */
                        passwordAsked: boolean;
                        recoveryCodesLeft: number;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMeSecondFactorOffer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: password */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description base32. */
                        secret: string;
                        /** @description otpauth://..., to be scanned. */
                        uri: string;
                        /** @description The same as a picture. */
                        qrSvg: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMeSecondFactorConfirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description That the authenticator shows, or a recovery code. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description Each is good once, in the place of a code; shown this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        recoveryCodes: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMeSecondFactorRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: password */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Each is good once, in the place of a code; shown this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        recoveryCodes: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMeSecondFactorDisable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: password */
                    password: string;
                    /** @description That the authenticator shows, or a recovery code. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersByUsernameSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMeAppPasswords: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppPassword"][];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMeAppPasswords: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @description Through which alone it opens the account.
                     * @default null
                     */
                    application?: string | null;
                    /**
                     * Format: password
                     * @description The own one.
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description An app password as it was made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedAppPassword"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMeAppPasswordsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGroups: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Group"][];
                        /** @description The cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postGroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    displayName?: string;
                    description?: string;
                    email?: string | null;
                    /** @description A tag for applications. */
                    permissions?: ("private" | "read-only" | "read-annotate" | "read-write") | null;
                    /** @description What is given is changed; null takes a key away. */
                    metadata?: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description A group; updatedAt moves with its members too. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGroupsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A group; updatedAt moves with its members too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putGroupsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    displayName?: string;
                    description?: string;
                    email?: string | null;
                    /** @description A tag for applications. */
                    permissions?: ("private" | "read-only" | "read-annotate" | "read-write") | null;
                    /** @description What is given is changed; null takes a key away. */
                    metadata?: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description A group; updatedAt moves with its members too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description A group; updatedAt moves with its members too. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGroupsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchGroupsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    displayName?: string;
                    description?: string;
                    email?: string | null;
                    /** @description A tag for applications. */
                    permissions?: ("private" | "read-only" | "read-annotate" | "read-write") | null;
                    /** @description What is given is changed; null takes a key away. */
                    metadata?: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description A group; updatedAt moves with its members too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGroupsByNameMembers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        /** @description The cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putGroupsByNameMembersByKindByMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                kind: string;
                member: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Left out, it stays what it was. */
                    owner?: boolean;
                };
            };
        };
        responses: {
            /** @description A direct member of a group. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGroupsByNameMembersByKindByMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                kind: string;
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postGroupsByNameCopyMembers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    from: string;
                    ownersOnly?: boolean;
                };
            };
        };
        responses: {
            /** @description How many were no members before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        added: number;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrganizations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Organization"][];
                        /** @description The cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postOrganizations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    slug: string;
                    name?: string;
                    description?: string;
                    /**
                     * @description public: seen by everybody who signs in.
                     * @enum {string}
                     */
                    visibility?: "public" | "private";
                    /** @description Username; left out, who adds it. */
                    owner?: string;
                };
            };
        };
        responses: {
            /** @description An organization; updatedAt moves with its members too. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsernameOrganizations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Organization"][];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrganizationsBySlug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailedOrganization"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putOrganizationsBySlug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    /**
                     * @description public: seen by everybody who signs in.
                     * @enum {string}
                     */
                    visibility?: "public" | "private";
                };
            };
        };
        responses: {
            /** @description An organization; updatedAt moves with its members too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description An organization; updatedAt moves with its members too. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOrganizationsBySlug: {
        parameters: {
            query?: {
                members?: number;
                groups?: number;
                applications?: number;
            };
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchOrganizationsBySlug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    slug?: string;
                    name?: string;
                    description?: string;
                    /**
                     * @description public: seen by everybody who signs in.
                     * @enum {string}
                     */
                    visibility?: "public" | "private";
                };
            };
        };
        responses: {
            /** @description An organization; updatedAt moves with its members too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrganizationsBySlugMembers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        /** @description The cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putOrganizationsBySlugMembersByKindByMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
                kind: string;
                member: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Left out, it stays what it was. */
                    owner?: boolean;
                };
            };
        };
        responses: {
            /** @description A direct member of a group. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOrganizationsBySlugMembersByKindByMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
                kind: string;
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Attribute"][];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    subject: "user" | "group";
                    /** @enum {string} */
                    type: "text" | "integer" | "boolean" | "time" | "image";
                    /** @description Whether it may have more than one value. */
                    several?: boolean;
                    description?: string;
                    /**
                     * @description directory: the bind DN of the directory alone, by its name.
                     * @enum {string}
                     */
                    readers?: "all" | "directory";
                    /**
                     * @description self: the user too.
                     * @enum {string}
                     */
                    writers?: "admin" | "self";
                };
            };
        };
        responses: {
            /** @description An attribute that administrators defined. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attribute"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAttributesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailedAttribute"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAttributesByName: {
        parameters: {
            query?: {
                holders?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchAttributesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description Whether it may have more than one value. */
                    several?: boolean;
                    description?: string;
                    /**
                     * @description directory: the bind DN of the directory alone, by its name.
                     * @enum {string}
                     */
                    readers?: "all" | "directory";
                    /**
                     * @description self: the user too.
                     * @enum {string}
                     */
                    writers?: "admin" | "self";
                };
            };
        };
        responses: {
            /** @description An attribute that administrators defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attribute"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsernameAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lists of values by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchUsersByUsernameAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: string[] | null;
                };
            };
        };
        responses: {
            /** @description Lists of values by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGroupsByNameAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lists of values by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchGroupsByNameAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: string[] | null;
                };
            };
        };
        responses: {
            /** @description Lists of values by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsernameAttributesByAttributeImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
                attribute: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The content. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUsersByUsernameAttributesByAttributeImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
                attribute: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": unknown;
                "image/png": unknown;
                "image/webp": unknown;
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersByUsernameAttributesByAttributeImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
                attribute: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGroupsByNameAttributesByAttributeImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                attribute: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The content. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putGroupsByNameAttributesByAttributeImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                attribute: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": unknown;
                "image/png": unknown;
                "image/webp": unknown;
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGroupsByNameAttributesByAttributeImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                attribute: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersByUsernameStorage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a user may take and takes of storage. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Storage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUsersByUsernameStorageByApplication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
                application: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Megabytes. */
                    usedMB: number;
                };
            };
        };
        responses: {
            /** @description What a user may take and takes of storage. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Storage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"][];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    rank?: number;
                    permissions?: string[];
                };
            };
        };
        responses: {
            /** @description What its users may do; who has the higher rank may act on the others. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRolesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What its users may do; who has the higher rank may act on the others. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRolesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchRolesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    description?: string;
                    rank?: number;
                    permissions?: string[];
                };
            };
        };
        responses: {
            /** @description What its users may do; who has the higher rank may act on the others. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApplications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"][];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postApplications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    /** @description Addresses and ranges; none: wherever the general allow-list lets in. */
                    allow?: string[];
                    everyone?: boolean;
                    /** @description By name. */
                    groups?: string[];
                    /**
                     * @description What becomes of +totpToken= at sign-ins through it.
                     * @enum {string}
                     */
                    secondFactor?: "ignore" | "when-given" | "required";
                    enabled?: boolean;
                    /** Format: password */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description An application, and its password where that was made up; shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedApplication"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApplicationsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A program with a service account, and what it sees. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteApplicationsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchApplicationsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    /** @description Addresses and ranges; none: wherever the general allow-list lets in. */
                    allow?: string[];
                    everyone?: boolean;
                    /** @description By name. */
                    groups?: string[];
                    /**
                     * @description What becomes of +totpToken= at sign-ins through it.
                     * @enum {string}
                     */
                    secondFactor?: "ignore" | "when-given" | "required";
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description A program with a service account, and what it sees. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putApplicationsByNamePassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: password */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        password: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"][];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    url: string;
                    baseDn: string;
                    bindDn: string;
                    /** Format: password */
                    bindPassword: string;
                    /** @enum {string} */
                    preset: "jumpcloud" | "okta" | "active-directory" | "openldap" | "389ds" | "google" | "entra-domain-services" | "cloudron" | "roster";
                    caPem?: string | null;
                    clientCertificatePem?: string | null;
                    /** Format: password */
                    clientKeyPem?: string | null;
                    filter?: string;
                    usernameField?: string;
                    syncGroups?: boolean;
                    groupBaseDn?: string;
                    groupFilter?: string;
                    groupNameField?: string;
                    /** @description A cron expression of five fields; null: none. */
                    schedule?: string | null;
                    timeZone?: string;
                    /** @description Where it speaks otherwise than its preset; null: as the preset. */
                    dialect?: {
                        attributes?: {
                            id?: string[] | null;
                            email?: string[] | null;
                            otherEmails?: string[] | null;
                            displayName?: string[] | null;
                            givenName?: string[] | null;
                            familyName?: string[] | null;
                            language?: string[] | null;
                            affiliations?: string[] | null;
                            employeeNumber?: string[] | null;
                            title?: string[] | null;
                            department?: string[] | null;
                            phone?: string[] | null;
                            mobile?: string[] | null;
                            sshPublicKeys?: string[] | null;
                            avatar?: string[] | null;
                            groupDisplayName?: string[] | null;
                            groupDescription?: string[] | null;
                            members?: string[] | null;
                            memberUids?: string[] | null;
                            memberOf?: string[] | null;
                        };
                        usernameFrom?: ("whole" | "before-at") | null;
                        membersFrom?: ("groups" | "users") | null;
                        pageSize?: number | null;
                    };
                    /** @description Where it is asked about passwords otherwise than its preset says. */
                    signIn?: {
                        createUsers?: boolean | null;
                        bindsPerSecond?: number | null;
                        timeLimitSeconds?: number | null;
                        rememberSeconds?: number | null;
                    };
                    policy?: {
                        /** @enum {string} */
                        removal?: "disable" | "delete";
                        removalGraceDays?: number;
                        /** @enum {string} */
                        goneGroups?: "keep" | "remove";
                        /** @enum {string} */
                        localMembers?: "keep" | "remove";
                        /** @enum {string} */
                        conflicts?: "report" | "link";
                        precedence?: number;
                        guardPercent?: number;
                        guardMinimum?: number;
                    };
                };
            };
        };
        responses: {
            /** @description A directory from which users and groups are imported. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSourcesByIdOrName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A directory from which users and groups are imported. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSourcesByIdOrName: {
        parameters: {
            query?: {
                keepImports?: "true" | "false";
            };
            header?: never;
            path: {
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many users and groups stayed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        users: number;
                        groups: number;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchSourcesByIdOrName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    url?: string;
                    baseDn?: string;
                    bindDn?: string;
                    /** Format: password */
                    bindPassword?: string;
                    caPem?: string | null;
                    clientCertificatePem?: string | null;
                    /** Format: password */
                    clientKeyPem?: string | null;
                    filter?: string;
                    usernameField?: string;
                    syncGroups?: boolean;
                    groupBaseDn?: string;
                    groupFilter?: string;
                    groupNameField?: string;
                    /** @description A cron expression of five fields; null: none. */
                    schedule?: string | null;
                    timeZone?: string;
                    /** @description Where it speaks otherwise than its preset; null: as the preset. */
                    dialect?: {
                        attributes?: {
                            id?: string[] | null;
                            email?: string[] | null;
                            otherEmails?: string[] | null;
                            displayName?: string[] | null;
                            givenName?: string[] | null;
                            familyName?: string[] | null;
                            language?: string[] | null;
                            affiliations?: string[] | null;
                            employeeNumber?: string[] | null;
                            title?: string[] | null;
                            department?: string[] | null;
                            phone?: string[] | null;
                            mobile?: string[] | null;
                            sshPublicKeys?: string[] | null;
                            avatar?: string[] | null;
                            groupDisplayName?: string[] | null;
                            groupDescription?: string[] | null;
                            members?: string[] | null;
                            memberUids?: string[] | null;
                            memberOf?: string[] | null;
                        };
                        usernameFrom?: ("whole" | "before-at") | null;
                        membersFrom?: ("groups" | "users") | null;
                        pageSize?: number | null;
                    };
                    /** @description Where it is asked about passwords otherwise than its preset says. */
                    signIn?: {
                        createUsers?: boolean | null;
                        bindsPerSecond?: number | null;
                        timeLimitSeconds?: number | null;
                        rememberSeconds?: number | null;
                    };
                    policy?: {
                        /** @enum {string} */
                        removal?: "disable" | "delete";
                        removalGraceDays?: number;
                        /** @enum {string} */
                        goneGroups?: "keep" | "remove";
                        /** @enum {string} */
                        localMembers?: "keep" | "remove";
                        /** @enum {string} */
                        conflicts?: "report" | "link";
                        precedence?: number;
                        guardPercent?: number;
                        guardMinimum?: number;
                    };
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description A directory from which users and groups are imported. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSourcesByIdOrNameTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What works of a source, and its first people and groups. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceTest"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSourcesByIdOrNamePreview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a sync would do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncPreview"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSourcesByIdOrNameSync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One pass of a source. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSyncRunsByIdConfirm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One pass of a source. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSyncRunsByIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One pass of a source. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSyncRuns: {
        parameters: {
            query?: {
                source?: string;
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SyncRunSummary"][];
                        /** @description The cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSyncRunsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One pass of a source. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSyncRunsByIdItems: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SyncReportItem"][];
                        /** @description The cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings in force, without secrets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    allow?: string[];
                    /**
                     * Format: password
                     * @description Of cn=admin,ou=system.
                     */
                    bindPassword?: string;
                    ldapServed?: boolean;
                    passwordModify?: boolean;
                    posix?: {
                        enabled?: boolean;
                        homeDirectory?: string;
                        loginShell?: string;
                    };
                    profilesLocked?: boolean;
                    storageLimited?: boolean;
                    auditDays?: number;
                    passwordLengthMinimum?: number;
                    passwordScoreMinimum?: number;
                    /** @description Roles whose users can do nothing without a second factor. */
                    secondFactorRoles?: "all" | string[];
                };
            };
        };
        responses: {
            /** @description The settings in force, without secrets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAllowList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Addresses and CIDR ranges that may connect over LDAPS; none: nobody can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        allow: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putAllowList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    allow: string[];
                };
            };
        };
        responses: {
            /** @description Addresses and CIDR ranges that may connect over LDAPS; none: nobody can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        allow: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenidConnect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The provider at which people may sign in to the pages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenIdConnect"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOpenidConnect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchOpenidConnect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description URL, as the provider calls itself. */
                    issuer?: string;
                    clientId?: string;
                    /** @description Certificates to trust; null: the public ones. */
                    caPem?: string | null;
                    /** @description On the button, after "Sign in with". */
                    label?: string;
                    /**
                     * @description By what a newcomer is taken for a user who is here.
                     * @enum {string}
                     */
                    match?: "nobody" | "username" | "email";
                    /** @description Whether others become users. */
                    createUsers?: boolean;
                    usernameClaim?: string;
                    roleClaim?: string;
                    /** @description Name of a role by value of the role claim. */
                    roles?: {
                        [key: string]: string;
                    };
                    /**
                     * @description Who sees to it.
                     * @enum {string}
                     */
                    secondFactor?: "roster" | "provider";
                    /** Format: password */
                    clientSecret?: string;
                };
            };
        };
        responses: {
            /** @description The provider at which people may sign in to the pages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenIdConnect"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersByUsernameOpenidIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuthority: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The external authority. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authority"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAuthority: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchAuthority: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description To which name and password are posted: https, or http on the machine of the server. */
                    url?: string;
                    /** @description Certificates to trust in the place of the public ones; null: those. */
                    caPem?: string | null;
                    timeoutSeconds?: number;
                    /** @description Whether it may say that somebody is an owner. */
                    ownersAllowed?: boolean;
                    /** @description Sent as a bearer token; null: none. With another URL or CA it must be given anew. */
                    token?: string | null;
                };
            };
        };
        responses: {
            /** @description The external authority. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authority"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAudit: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                actor?: string;
                actorId?: string;
                action?: string;
                subjectId?: string;
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditLine"][];
                        /** @description The cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postImport: {
        parameters: {
            query?: {
                preview?: "true" | "false";
                update?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": unknown;
                "application/json": unknown;
            };
        };
        responses: {
            /** @description What an import did, or would do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExport: {
        parameters: {
            query: {
                format: "csv" | "json" | "ldif";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The content. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv; charset=utf-8": unknown;
                    "application/json; charset=utf-8": unknown;
                    "text/plain; charset=utf-8": unknown;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
