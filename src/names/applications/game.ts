import type { ServerNameTable } from './table.ts'

export const game: ServerNameTable = {
  category: 'Game',
  names: {
    Activision: 'activision.com activisionblizzard.com callofduty.com demonware.net',
    CoD_Mobile: 'callofdutymobile.com codm.garena.com codmwest.com',
    Dofus: 'dofus.com dofus-touch.com',
    Dota2: 'dota2.com dota2.com.cn',
    ElectronicArts: `
      battlefield.com ea-assets.com ea.com eaassets-a.akamaihd.net eamobile.com easports.com origin-a.akamaihd.net origin.com
      playapex.com respawn.com tnt-ea.com`,
    EpicGames: `
      easy.ac easyanticheat.net epicgames.com epicgames.dev epicgames.net epicgamescdn.com fab.com fortnite.com unrealengine.com`,
    GaijinEntertainment: 'crossout.net crsed.net enlisted.net gaijin.net gaijinent.com gaijinpass.com warthunder.com',
    GeForceNow: `
      api-prod.nvidia.com games.geforce.com gamestream.nvidia.com geforcenow.com gfn.am gfnpc.nvidia.com nvidiagrid.net
      static-login.nvidia.com`,
    GenshinImpact: 'genshinimpact.com hoyolab.com hoyoverse.com mihoyo.com yuanshen.com',
    Guildwars: 'arenanetworks.com guildwars.com guildwars2.com',
    MapleStory: 'maplestory.com maplestory.nexon.com maplestory.nexon.net maplesea.com mapleeurope.com',
    NetEaseGames: `
      easebar.com game.163.com netease.games neteasegame.com neteasegames.com nie.163.com nie.netease.com update.netease.com`,
    Nintendo: 'nintendo-europe.com nintendo.co.jp nintendo.com nintendo.eu nintendo.net nintendoswitch.com nintendowifi.net',
    PathofExile: 'grindinggear.com pathofexile.com pathofexile2.com poecdn.com',
    Playstation: `
      gaikai.com playstation.co.jp playstation.com playstation.net playstation.org playstationnetwork.com psapp.dev scea.com
      sonyentertainmentnetwork.com`,
    RiotGames: `
      leagueoflegends.com lolesports.com lolstatic.com lolusercontent.com playvalorant.com pvp.net riotcdn.net riotgames.com
      valorant.com`,
    Roblox: 'rbx.com rbxcdn.com roblox.cn roblox.com robloxlabs.com',
    Starcraft: 'starcraft.com starcraft2.com',
    Heroes_of_the_Storm: 'heroesofthestorm.com',
    Steam: `
      s.team steam-chat.com steam.tv steambroadcast.akamaized.net steamcdn-a.akamaihd.net steamcommunity-a.akamaihd.net
      steamcommunity.com steamcontent.com steamdeck.com steamgames.com steampowered.com steamserver.net steamstatic.com
      steamstore-a.akamaihd.net steamusercontent.com steamuserimages-a.akamaihd.net steamvideo-a.akamaihd.net valve.net
      valvesoftware.com`,
    TES_Online: 'elderscrolls.com elderscrollsonline.com',
    TencentGames: 'igamecj.com intlgame.com levelinfinite.com proximabeta.com pubgmobile.com tencentgames.com',
    WorldOfWarcraft: 'worldofwarcraft.blizzard.com worldofwarcraft.com wow.battle.net wowprogress.com',
    Xbox: `
      gamepass.com halowaypoint.com xbox.com xbox.live xbox.net xboxab.com xboxcontent.com xboxlive.cn xboxlive.com
      xboxservices.com`,
  },
}
